//! Emulators of object stores for the tests: moto for S3, Azurite for Azure Blob Storage, and
//! fake-gcs-server, behind [`gcs`], for Google Cloud Storage. Each listens on a free port of the
//! loopback, keeps everything in memory, and has one empty bucket.
//!
//! [`clusters`] starts what answers in place of this machine: Sail, and Spark if that is wanted.
//!
//! [`install`] puts them into the target folder, [`server`] starts and ends one, [`http`] is the
//! little of HTTP that is needed.

mod clusters;
mod gcs;
mod http;
mod install;
mod listing;
mod server;

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::command::run;
use crate::error::CommandError;
use crate::folders::Folders;
use crate::{setup, ui};
pub use clusters::{Cluster, Kind};
use gcs::Front;
use http::Request;
use install::Tools;
pub use install::once;
use server::Server;

/// Name of the bucket that each store has; in Azure it is a container.
const BUCKET: &str = "daybook-tests";

/// Account that Azurite has from the start.
const AZURE_ACCOUNT: &str = "devstoreaccount1";

/// Key of that account. It is public: every Azurite has it.
const AZURE_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// Service account by which a client asks nobody for a token.
const GOOGLE_KEY: &str = concat!(
    r#"{"private_key":"none","private_key_id":"none","client_email":"none","#,
    r#""disable_oauth":true}"#
);

/// Script that makes a container in Azurite, which refuses requests without a signature.
const MAKE_CONTAINER: &str = "src-tauri/crates/xtask/src/stores/make_container.js";

/// How often [`serve`] looks whether the stores still run.
const LOOK: Duration = Duration::from_millis(500);

/// Running emulators. They end when this is dropped; on Linux also when this process is killed.
pub struct Stores {
    s3: Server,
    azure: Server,
    gcs: Server,
    /// What the clients of Google Cloud Storage talk to.
    front: Front,
}

impl Stores {
    /// Installs what is missing, starts all emulators, and makes the bucket in each.
    ///
    /// # Errors
    /// [`CommandError::NoStore`] if one ends at its start, or does not answer as it should.
    pub fn start(folders: &Folders) -> Result<Self, CommandError> {
        let tools = Tools::install(folders)?;
        let [mut s3, mut azure, mut gcs] = start_servers(folders, tools)?;
        for server in [&mut s3, &mut azure, &mut gcs] {
            server.wait_until_ready()?;
        }
        let front = Front::open(gcs.port()).map_err(|source| gcs.error(source))?;
        let stores = Self { s3, azure, gcs, front };
        stores.make_buckets(folders)?;
        Ok(stores)
    }

    /// Variables of the environment that tell the tests where the stores are, and give their
    /// clients what they sign with.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DAYBOOK_TEST_S3", url(self.s3.port())),
            ("DAYBOOK_TEST_AZURE", format!("{}/{AZURE_ACCOUNT}", url(self.azure.port()))),
            ("DAYBOOK_TEST_GCS", url(self.front.port())),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", "eu-central-1".to_owned()),
            ("AZURE_STORAGE_ACCOUNT_NAME", AZURE_ACCOUNT.to_owned()),
            ("AZURE_STORAGE_ACCOUNT_KEY", AZURE_KEY.to_owned()),
            ("GOOGLE_SERVICE_ACCOUNT_KEY", GOOGLE_KEY.to_owned()),
        ]
    }

    /// Makes the bucket in each store.
    fn make_buckets(&self, folders: &Folders) -> Result<(), CommandError> {
        let in_s3 = Request::new("PUT", &format!("/{BUCKET}"));
        make(&self.s3, &in_s3)?;
        let mut in_gcs = Request::new("POST", "/storage/v1/b");
        in_gcs.set("Content-Type", "application/json");
        in_gcs.body = format!(r#"{{"name":"{BUCKET}"}}"#).into_bytes();
        make(&self.gcs, &in_gcs)?;
        let port = self.azure.port().to_string();
        let mut node = Command::new("node");
        node.arg(MAKE_CONTAINER).args([&port, AZURE_ACCOUNT, AZURE_KEY, BUCKET]);
        run(node.current_dir(folders.root()))
    }

    /// Waits until one of the emulators ends, which none does by itself.
    fn wait(&mut self) -> Result<(), CommandError> {
        loop {
            thread::sleep(LOOK);
            for server in [&mut self.s3, &mut self.azure, &mut self.gcs] {
                server.check_running()?;
            }
        }
    }
}

/// `cargo xtask stores`: starts the emulators, prints the commands by which a shell exports their
/// variables, and waits until it is ended.
pub fn serve(folders: &Folders) -> Result<(), CommandError> {
    ui::check_tools()?;
    setup::packages(setup::For::Testing)?;
    let mut stores = Stores::start(folders)?;
    let cluster = Cluster::start(folders, Kind::Sail, &stores)?;
    println!();
    for (name, value) in stores.environment().into_iter().chain(cluster.environment()) {
        println!("export {name}='{value}'");
    }
    println!("\nThe stores run until Ctrl-C.");
    stores.wait()
}

/// Starts all emulators at once; none is ready yet.
fn start_servers(folders: &Folders, tools: Tools) -> Result<[Server; 3], CommandError> {
    let Tools { python, azurite, fake_gcs } = tools;
    let s3 = Server::start(folders, "moto", move |port| {
        let mut command = server::command(python.as_os_str());
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", port]);
        command
    })?;
    let azure = Server::start(folders, "azurite", move |port| {
        let mut command = server::command("node".as_ref());
        command.arg(&azurite).args(["--blobHost", "127.0.0.1", "--blobPort", port]);
        command.args(["--inMemoryPersistence", "--silent", "--skipApiVersionCheck"]);
        command.arg("--disableTelemetry");
        command
    })?;
    let gcs = Server::start(folders, "fake-gcs-server", move |port| {
        let mut command = server::command(fake_gcs.as_os_str());
        command.args(["-backend", "memory", "-scheme", "http", "-log-level", "warn"]);
        command.args(["-host", "127.0.0.1", "-port", port]);
        // It speaks the XML API under this name only.
        command.args(["-public-host", &format!("127.0.0.1:{port}")]);
        command
    })?;
    Ok([s3, azure, gcs])
}

/// Sends a request that makes a bucket.
fn make(server: &Server, request: &Request) -> Result<(), CommandError> {
    let response = http::send(server.port(), request).map_err(|source| server.error(source))?;
    if response.status == 200 {
        return Ok(());
    }
    let message = format!("it answered {} when it should make a bucket", response.status);
    Err(server.error(io::Error::other(message)))
}

/// Where a server is.
fn url(port: u16) -> String {
    format!("http://{}", SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
}
