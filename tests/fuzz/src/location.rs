//! Any text as the location of a bucket, and any texts as the parts of a URL with a secret in it.

use bucket::Location;

/// What stands for a password, a token or a key. No input can guess it.
const SECRET: &str = "8f3b0c1d5e7a";

/// A path that is no URL is taken as it stands. An error names no secret, wherever in a URL it is.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let is_url = text.contains("://") || text.to_ascii_lowercase().starts_with("file:/");
    if let Ok(Location::Local(path)) = text.parse()
        && !is_url
        && !text.starts_with('~')
    {
        assert_eq!(path.as_os_str(), text);
    }
    if text.contains(SECRET) {
        return;
    }
    let with_secrets = [
        format!("{text}://user:{SECRET}@host/path"),
        format!("s3://{text}{SECRET}@host/path"),
        format!("s3://{SECRET}{text}@host/path"),
        format!("s3://user:{SECRET}@{text}"),
        format!("https://host/path?{text}{SECRET}"),
        format!("https://host/path#{SECRET}{text}"),
    ];
    for url in with_secrets {
        if let Err(refused) = url.parse::<Location>() {
            assert!(!refused.to_string().contains(SECRET), "{url}");
            assert!(!format!("{refused:?}").contains(SECRET), "{url}");
        }
    }
}
