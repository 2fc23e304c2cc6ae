//! A store that speaks S3, on the loopback: it lists and gives what is in it, and takes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use lab::fault_proxy::{Fault, FaultProxy, Request};
use sha2::{Digest, Sha256};

/// What is before the name of each file: the store's own bucket, and the path of the journal's in it.
const FOLDER: &str = "/acme/hr/journal/";

/// A store with one bucket, `s3://acme/hr`. It ends when this is dropped.
pub struct Store {
    proxy: FaultProxy,
    inside: Arc<Mutex<Inside>>,
    /// A server that nothing is passed on to: every request is answered by a rule.
    _server: TcpListener,
}

#[derive(Default)]
struct Inside {
    /// Files of the journal, by name.
    files: BTreeMap<String, Vec<u8>>,
    /// What every request is answered with instead: a status and the code of an error.
    error: Option<(u16, &'static str)>,
    /// Whether a request gets no answer.
    hangs: bool,
}

impl Store {
    /// A store with the files of a bucket's journal.
    pub fn of(bucket: &Path) -> Self {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = FaultProxy::start(server.local_addr().unwrap()).unwrap();
        let inside = Arc::new(Mutex::new(Inside::default()));
        let of_rule = Arc::clone(&inside);
        proxy.on(move |request| Some(of_rule.lock().unwrap().answer(request)));
        for file in fs::read_dir(bucket.join("journal")).unwrap().map(Result::unwrap) {
            let name = file.file_name().into_string().unwrap();
            inside.lock().unwrap().files.insert(name, fs::read(file.path()).unwrap());
        }
        Self { proxy, inside, _server: server }
    }

    /// URL of the bucket in it.
    pub fn url(&self) -> String {
        format!("s3://acme/hr?endpoint={}&anonymous", self.proxy.url())
    }

    /// From now on every request has this error, or none.
    pub fn answer(&self, error: Option<(u16, &'static str)>) {
        self.inside.lock().unwrap().error = error;
    }

    /// Whether a request gets no answer, however long it waits.
    pub fn hang(&self, hangs: bool) {
        self.inside.lock().unwrap().hangs = hangs;
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

impl Inside {
    fn answer(&self, request: &Request) -> Fault {
        if self.hangs {
            return Fault::Hang;
        }
        if let Some((status, code)) = self.error {
            return error(status, code);
        }
        if request.is_list() {
            let after = request.parameter("start-after").unwrap_or_default().replace("%2F", "/");
            return answer(200, &[], self.page(&after).into_bytes());
        }
        let name = request.path().strip_prefix(FOLDER).unwrap_or_default();
        match (request.method.as_str(), self.files.get(name)) {
            ("GET", Some(file)) => {
                let modified = ("last-modified", "Sat, 02 Mar 2024 09:00:00 GMT".to_owned());
                answer(200, &[("etag", tag(file)), modified], file.clone())
            }
            ("GET", None) => error(404, "NoSuchKey"),
            _ => error(403, "AccessDenied"),
        }
    }

    /// The only page of a listing, of the files behind a key.
    fn page(&self, after: &str) -> String {
        let key = |name: &str| format!("{}{name}", FOLDER.strip_prefix("/acme/").unwrap());
        let listed = self.files.iter().filter(|(name, _)| key(name).as_str() > after);
        let listed: String = listed
            .map(|(name, file)| {
                format!(
                    "<Contents><Key>{}</Key><LastModified>2024-03-02T09:00:00.000Z</LastModified>\
                     <ETag>{}</ETag><Size>{}</Size></Contents>",
                    key(name),
                    tag(file),
                    file.len()
                )
            })
            .collect();
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>")
    }
}

fn tag(file: &[u8]) -> String {
    format!("\"{:x}\"", Sha256::digest(file))
}

fn error(status: u16, code: &str) -> Fault {
    answer(status, &[], format!("<Error><Code>{code}</Code></Error>").into_bytes())
}

fn answer(status: u16, headers: &[(&str, String)], body: Vec<u8>) -> Fault {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Fault::Answer { status, headers, body }
}
