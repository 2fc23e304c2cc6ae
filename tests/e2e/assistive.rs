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

/// Roles that the page has, by their numbers in AT-SPI.
const ROLES: [(u32, &str); 26] = [
    (7, "check box"),
    (10, "column header"),
    (11, "combo box"),
    (16, "dialog"),
    (29, "label"),
    (31, "list"),
    (32, "list item"),
    (37, "page tab"),
    (38, "page tab list"),
    (39, "panel"),
    (43, "push button"),
    (54, "status bar"),
    (55, "table"),
    (56, "table cell"),
    (57, "column header"),
    (62, "toggle button"),
    (73, "paragraph"),
    (79, "entry"),
    (83, "heading"),
    (85, "section"),
    (90, "table row"),
    (95, "document web"),
    (98, "list box"),
    (109, "article"),
    (110, "landmark"),
    (116, "static"),
];

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

    /// The children, one by one: asked for all at once, the window does not name its page.
    fn children(&self, node: &Node) -> Result<Vec<Node>, String> {
        let count: i32 = self.property(node, "ChildCount")?;
        (0..count).map(|at| self.ask(node, "GetChildAtIndex", &at)).collect()
    }

    fn role(&self, node: &Node) -> Result<String, String> {
        let role: u32 = self.ask(node, "GetRole", &())?;
        let known = ROLES.iter().find(|(number, _)| *number == role);
        Ok(known.map_or_else(|| format!("role {role}"), |(_, name)| (*name).to_owned()))
    }

    fn name(&self, node: &Node) -> Result<String, String> {
        self.property(node, "Name")
    }

    fn property<T>(&self, Node(program, path): &Node, name: &str) -> Result<T, String>
    where
        T: TryFrom<OwnedValue>,
    {
        let properties = Some("org.freedesktop.DBus.Properties");
        let asked = (ACCESSIBLE, name);
        let got = self.0.call_method(Some(program.as_str()), path, properties, "Get", &asked);
        let value: OwnedValue = answer(got)?;
        value.try_into().map_err(|_| format!("{name} is of another type"))
    }

    /// Text of a node on one line, without that of its children; empty if it has none.
    fn text(&self, Node(program, path): &Node) -> String {
        let text = Some("org.a11y.atspi.Text");
        let got = self.0.call_method(Some(program.as_str()), path, text, "GetText", &(0, -1));
        let text: String = answer(got).unwrap_or_default();
        // In the place of a child is a sign of its own.
        let words = text.split(|sign: char| sign.is_whitespace() || sign == '\u{fffc}');
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn ask<T>(
        &self,
        Node(program, path): &Node,
        what: &str,
        with: &(impl serde::Serialize + zbus::zvariant::DynamicType),
    ) -> Result<T, String>
    where
        T: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        answer(self.0.call_method(Some(program.as_str()), path, Some(ACCESSIBLE), what, with))
    }
}

fn answer<T>(got: zbus::Result<zbus::Message>) -> Result<T, String>
where
    T: serde::de::DeserializeOwned + zbus::zvariant::Type,
{
    got.and_then(|message| message.body().deserialize()).map_err(|error| error.to_string())
}
