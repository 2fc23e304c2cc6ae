//! One emulator: its process and its port.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::http::{self, Request};
use crate::command::cannot_start;
use crate::error::CommandError;
use crate::folders::Folders;

/// How long the pause is between two requests that find out whether a server is ready.
const PAUSE: Duration = Duration::from_millis(50);

/// How many of these requests are sent: a minute's.
const REQUESTS: usize = 1_200;

/// How many ports are tried: another process may take one before the server does.
const PORTS: usize = 3;

type CommandForPort = Box<dyn Fn(&str) -> Command>;

/// Emulator that runs. Its process is killed when this is dropped: it has nothing to put in order.
pub struct Server {
    name: &'static str,
    log: PathBuf,
    command: CommandForPort,
    process: Child,
    port: u16,
}

/// A command of which the process ends with this one. The kernel of Linux sees to it, also when
/// this process is killed; it is bound to the thread that starts the command.
pub fn command(program: &OsStr) -> Command {
    if !cfg!(target_os = "linux") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(program);
    command
}

impl Server {
    /// Starts a server by the command for a port. It is ready after [`Self::wait_until_ready`].
    pub fn start(
        folders: &Folders,
        name: &'static str,
        command: impl Fn(&str) -> Command + 'static,
    ) -> Result<Self, CommandError> {
        let log = folders.target().join(format!("{name}.log"));
        let command: CommandForPort = Box::new(command);
        let (process, port) = spawn(&command, &log)?;
        Ok(Self { name, log, command, process, port })
    }

    /// Waits until the server answers. One that ends before that is started on another port.
    ///
    /// # Errors
    /// [`CommandError::NoStore`] if it ends again and again, or does not answer within a minute.
    pub fn wait_until_ready(&mut self) -> Result<(), CommandError> {
        self.wait_until(|port| http::send(port, &Request::new("GET", "/")).map(drop))
    }

    /// Waits until the server takes connections, as [`Self::wait_until_ready`]: for one that does not
    /// speak the HTTP of stores.
    pub fn wait_until_listening(&mut self) -> Result<(), CommandError> {
        self.wait_until(|port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).map(drop))
    }

    fn wait_until(&mut self, is_ready: impl Fn(u16) -> io::Result<()>) -> Result<(), CommandError> {
        let mut ports = 1;
        for _ in 0..REQUESTS {
            match self.check_running() {
                Ok(()) => match is_ready(self.port) {
                    Ok(()) => return Ok(()),
                    Err(source) if is_silent(&source) => return Err(self.error(source)),
                    Err(_) => {}
                },
                Err(error) if ports == PORTS => return Err(error),
                Err(_) => {
                    ports += 1;
                    (self.process, self.port) = spawn(&self.command, &self.log)?;
                }
            }
            thread::sleep(PAUSE);
        }
        Err(self.error(io::ErrorKind::TimedOut.into()))
    }

    /// Checks that the process has not ended.
    pub fn check_running(&mut self) -> Result<(), CommandError> {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(self.error(io::Error::other(format!("it ended: {status}")))),
            Err(source) => Err(self.error(source)),
        }
    }

    /// The port that the server listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The error that the server does not do what it should.
    pub fn error(&self, source: io::Error) -> CommandError {
        CommandError::NoStore { name: self.name, source, log: self.log.clone() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Whether a server took a connection, and was silent for a minute.
fn is_silent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

/// Starts a server on a port that is free. What it prints goes to the file `log`.
fn spawn(command: &CommandForPort, log: &PathBuf) -> Result<(Child, u16), CommandError> {
    let failed = CommandError::file("find a free port for the program with the log", log);
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr());
    let port = address.map_err(failed)?.port();
    let open = || File::create(log).and_then(|file| Ok((file.try_clone()?, file)));
    let (output, messages) = open().map_err(CommandError::file("write", log))?;
    let mut command = command(&port.to_string());
    command.stdin(Stdio::null()).stdout(output).stderr(messages);
    let process = command.spawn().map_err(|source| cannot_start(&command, source))?;
    Ok((process, port))
}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;
    use std::path::Path;

    fn start(folder: &Path, script: &'static str) -> Server {
        let log = folder.join("server.log");
        let run = move |port: &str| {
            let mut command = command("sh".as_ref());
            command.args(["-c", script, "sh", port]);
            command
        };
        let command: CommandForPort = Box::new(run);
        let (process, port) = spawn(&command, &log).unwrap();
        Server { name: "server", log, command, process, port }
    }

    #[test]
    fn one_that_ends_at_once_is_tried_on_further_ports_and_then_told_with_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let mut server = start(folder.path(), "echo no port; exit 7");
        let error = server.wait_until_ready().unwrap_err().to_string();
        assert!(error.contains("exit status: 7") && error.contains("server.log"), "{error}");
        assert_eq!(std::fs::read_to_string(&server.log).unwrap(), "no port\n");
    }

    #[test]
    fn its_process_ends_when_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let mut server = start(folder.path(), "exec sleep 60");
        server.check_running().unwrap();
        let process = PathBuf::from(format!("/proc/{}", server.process.id()));
        assert!(process.exists());
        drop(server);
        assert!(!process.exists());
    }
}
