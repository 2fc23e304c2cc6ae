//! The window as assistive technology is told of it, over AT-SPI: the same bus, tree and texts that a
//! screen reader has.

use std::fmt::Write as _;

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::waiting::wait_for;

/// Bus of assistive technology.
pub struct Assistive(Connection);

/// Node of the tree: the name on the bus of the program that has it, and its path there.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, zbus::zvariant::Type)]
pub struct Node(String, OwnedObjectPath);

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";

impl Assistive {
    pub fn connect() -> Self {
        let session = Connection::session().unwrap();
        let bus = session.call_method(
            Some("org.a11y.Bus"),
            "/org/a11y/bus",
            Some("org.a11y.Bus"),
            "GetAddress",
            &(),
        );
        let address: String = bus.unwrap().body().deserialize().unwrap();
        Self(Builder::address(address.as_str()).unwrap().build().unwrap())
    }

    /// Waits until the page of the window is in the tree, and returns it.
    pub fn page(&self) -> Node {
        let root = OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root").unwrap();
        let root = Node("org.a11y.atspi.Registry".to_owned(), root);
        let found = wait_for("the page in the accessibility tree", || {
            let found = self.find(&root, &|role, _| role == "document web")?;
            found.ok_or_else(|| "it is not there".to_owned())
        });
        found.unwrap_or_else(|waited| panic!("{waited}"))
    }

    /// The first node below `node` of which something is so by its role and name.
    pub fn find(
        &self,
        node: &Node,
        is_it: &dyn Fn(&str, &str) -> bool,
    ) -> Result<Option<Node>, String> {
        for child in self.children(node)? {
            if is_it(&self.role(&child)?, &self.name(&child)?) {
                return Ok(Some(child));
            }
            if let Some(found) = self.find(&child, is_it)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Outline of what is below a node: a line for each, indented, with its role, its name and, if it
    /// has no name, its text.
    pub fn outline(&self, node: &Node) -> Result<String, String> {
        let mut outline = String::new();
        self.outline_below(node, 0, &mut outline)?;
        Ok(outline)
    }

    fn outline_below(&self, node: &Node, depth: usize, to: &mut String) -> Result<(), String> {
        for child in self.children(node)? {
            let (role, mut name) = (self.role(&child)?, self.name(&child)?);
            if name.is_empty() {
                name = self.text(&child);
            }
            writeln!(to, "{:1$}{role} {name}", "", depth * 2).map_err(|error| error.to_string())?;
            self.outline_below(&child, depth + 1, to)?;
        }
        Ok(())
    }

    fn children(&self, node: &Node) -> Result<Vec<Node>, String> {
        self.ask(node, ACCESSIBLE, "GetChildren")
    }

    fn role(&self, node: &Node) -> Result<String, String> {
        self.ask(node, ACCESSIBLE, "GetRoleName")
    }

    fn name(&self, node: &Node) -> Result<String, String> {
        let Node(program, path) = node;
        let properties = Some("org.freedesktop.DBus.Properties");
        let name = (ACCESSIBLE, "Name");
        let got = self.0.call_method(Some(program.as_str()), path, properties, "Get", &name);
        let value: OwnedValue = answer(got)?;
        value.try_into().map_err(|error: zbus::zvariant::Error| error.to_string())
    }

    /// Text of a node, with a sign for each child in it; empty if it has none.
    fn text(&self, Node(program, path): &Node) -> String {
        let text = Some("org.a11y.atspi.Text");
        let got = self.0.call_method(Some(program.as_str()), path, text, "GetText", &(0, -1));
        answer(got).unwrap_or_default()
    }

    fn ask<T>(&self, Node(program, path): &Node, interface: &str, what: &str) -> Result<T, String>
    where
        T: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        answer(self.0.call_method(Some(program.as_str()), path, Some(interface), what, &()))
    }
}

fn answer<T>(got: zbus::Result<zbus::Message>) -> Result<T, String>
where
    T: serde::de::DeserializeOwned + zbus::zvariant::Type,
{
    got.and_then(|message| message.body().deserialize()).map_err(|error| error.to_string())
}
