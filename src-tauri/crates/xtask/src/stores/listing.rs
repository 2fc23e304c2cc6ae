//! Pages of a listing in the XML API of Google Cloud Storage, which the server gives as a whole.

/// Most entries of a page, as in the real store.
const PAGE: usize = 1_000;

/// One page of a listing, from the listing of everything that the server gives. Its last name is
/// the token of the next page.
pub fn page(listed: &str, query: &str) -> String {
    let parameters: Vec<_> = query.split('&').filter_map(|it| it.split_once('=')).collect();
    let parameter = |name| {
        let (_, value) = parameters.iter().find(|(found, _)| *found == name)?;
        Some(decoded(value))
    };
    let after = parameter("continuation-token").max(parameter("start-after")).unwrap_or_default();
    let most = parameter("max-keys").and_then(|most| most.parse().ok()).unwrap_or(PAGE).min(PAGE);
    let mut entries = elements(listed, "Contents", "Key");
    entries.extend(elements(listed, "CommonPrefixes", "Prefix"));
    entries.retain(|(name, _)| *name > after);
    entries.sort_unstable();
    let has_more = entries.len() > most;
    entries.truncate(most);
    let token = entries.last().filter(|_| has_more).map(|(last, _)| {
        format!("<NextContinuationToken>{}</NextContinuationToken>", escaped(last))
    });
    let elements: String = entries.iter().map(|(_, element)| *element).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult>\
         <IsTruncated>{has_more}</IsTruncated>{}{elements}</ListBucketResult>",
        token.unwrap_or_default()
    )
}

/// The elements of a kind in a listing, each with its name, which is in the element `name` of it.
fn elements<'a>(listed: &'a str, kind: &str, name: &str) -> Vec<(String, &'a str)> {
    let (start, end) = (format!("<{kind}>"), format!("</{kind}>"));
    let (name_start, name_end) = (format!("<{name}>"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = listed;
    while let Some(at) = rest.find(&start) {
        let Some(length) = rest[at..].find(&end) else { break };
        let (element, behind) = rest[at..].split_at(length + end.len());
        let name = element.split_once(&name_start).and_then(|(_, it)| it.split_once(&name_end));
        found.extend(name.map(|(name, _)| (unescaped(name), element)));
        rest = behind;
    }
    found
}

/// Text as it is in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text of XML, as the server escapes it.
fn unescaped(xml: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(xml.to_owned(), |text, (escape, sign)| text.replace(escape, sign))
}

/// Value of a query, decoded.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, behind @ ..] = rest {
        let digits = behind.get(..2).and_then(|it| str::from_utf8(it).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &behind[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A listing as the server gives it.
    const LISTED: &str = "<ListBucketResult><Name>daybook-tests</Name><Prefix></Prefix>\
        <CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>\
        <Contents><Key>a &amp; a</Key><Size>1</Size></Contents>\
        <Contents><Key>c</Key><Size>2</Size></Contents></ListBucketResult>";

    /// The names of a page, and the token of the next.
    fn names(query: &str) -> (Vec<String>, Option<String>) {
        let xml = page(LISTED, query);
        let keys = elements(&xml, "Contents", "Key").into_iter();
        let prefixes = elements(&xml, "CommonPrefixes", "Prefix").into_iter();
        let token = xml.split_once("<NextContinuationToken>").map(|(_, it)| it);
        let token = token.and_then(|it| it.split_once("</")).map(|(token, _)| unescaped(token));
        (keys.chain(prefixes).map(|(name, _)| name).collect(), token)
    }

    #[test]
    fn pages_follow_each_other_without_a_gap_and_without_a_double() {
        assert_eq!(names("list-type=2"), (vec!["a & a".into(), "c".into(), "b/".into()], None));
        assert_eq!(names("max-keys=1"), (vec!["a & a".into()], Some("a & a".into())));
        let second = names("max-keys=1&continuation-token=a+%26+a");
        assert_eq!(second, (vec!["b/".into()], Some("b/".into())));
        assert_eq!(names("max-keys=1&continuation-token=b%2F"), (vec!["c".into()], None));
        assert_eq!(names("start-after=b%2F"), (vec!["c".into()], None));
        // With both, the token is where the listing goes on.
        assert_eq!(names("start-after=a&continuation-token=b%2F"), (vec!["c".into()], None));
    }

    #[test]
    fn names_are_the_same_in_queries_and_in_xml() {
        assert_eq!(decoded("a%2Fb+%C3%A9%zz%"), "a/b é%zz%");
        for name in ["<a>&amp;", "&lt;", "\"'"] {
            assert_eq!(unescaped(&escaped(name)), name);
        }
    }
}
