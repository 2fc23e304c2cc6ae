//! A store that speaks S3, on the loopback, and that does what a test says.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lab::fault_proxy::{Fault, FaultProxy, Request};
use lab::s3_server::S3Server;

/// The journal below the folder of all buckets: the store's own bucket is `acme`.
const JOURNAL: &str = "acme/hr/journal";

/// A store with one bucket, `s3://acme/hr`. It ends when this is dropped.
pub struct Store {
    proxy: FaultProxy,
    mood: Arc<Mutex<Mood>>,
    _server: S3Server,
    folder: tempfile::TempDir,
}

/// What is done to requests.
#[derive(Default)]
struct Mood {
    /// Status and code of the error that every request is answered with.
    error: Option<(u16, &'static str)>,
    /// Whether no object can be put.
    takes_nothing: bool,
    /// Whether requests get no answer.
    hangs: bool,
    /// Whether whoever gets the next file is asked to come back in two seconds.
    puts_off: bool,
}

impl Store {
    /// A store with a copy of a bucket's journal.
    pub fn of(bucket: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join(JOURNAL);
        fs::create_dir_all(&journal).unwrap();
        for file in fs::read_dir(bucket.join("journal")).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), journal.join(file.file_name())).unwrap();
        }
        let server = S3Server::start(folder.path(), Duration::ZERO).unwrap();
        let proxy = FaultProxy::start(server.address()).unwrap();
        let mood = Arc::new(Mutex::new(Mood::default()));
        let of_rule = Arc::clone(&mood);
        proxy.on(move |request| of_rule.lock().unwrap().fault(request));
        Self { proxy, mood, _server: server, folder }
    }

    /// URL of the bucket in it.
    pub fn url(&self) -> String {
        format!("s3://acme/hr?endpoint={}&anonymous", self.proxy.url())
    }

    /// Folder of the journal's files in it.
    pub fn journal(&self) -> PathBuf {
        self.folder.path().join(JOURNAL)
    }

    /// From now on every request has this error, or none.
    pub fn answer(&self, error: Option<(u16, &'static str)>) {
        self.mood.lock().unwrap().error = error;
    }

    /// Whether whoever asks has no right to put.
    pub fn take_nothing(&self, takes_nothing: bool) {
        self.mood.lock().unwrap().takes_nothing = takes_nothing;
    }

    /// Whether a request gets no answer, however long it waits.
    pub fn hang(&self, hangs: bool) {
        self.mood.lock().unwrap().hangs = hangs;
    }

    /// Asks whoever gets the next file to come back in two seconds.
    pub fn put_off(&self) {
        self.mood.lock().unwrap().puts_off = true;
    }

    /// Whether it cannot be reached.
    pub fn refuse(&self, refuse: bool) {
        self.proxy.refuse(refuse);
    }

    /// The requests since the last call.
    pub fn take_requests(&self) -> Vec<Request> {
        self.proxy.take_requests()
    }
}

impl Mood {
    fn fault(&mut self, request: &Request) -> Option<Fault> {
        if request.path().ends_with(".parquet") && std::mem::take(&mut self.puts_off) {
            let headers = vec![("retry-after".to_owned(), "2".to_owned())];
            return Some(Fault::Answer { status: 503, headers, body: Vec::new() });
        }
        match (self.hangs, self.error) {
            (true, _) => Some(Fault::Hang),
            (false, Some((status, code))) => Some(error(status, code)),
            (false, None) if self.takes_nothing && request.method == "PUT" => {
                Some(error(403, "AccessDenied"))
            }
            (false, None) => None,
        }
    }
}

fn error(status: u16, code: &str) -> Fault {
    let body = format!("<Error><Code>{code}</Code></Error>").into_bytes();
    Fault::Answer { status, headers: Vec::new(), body }
}
