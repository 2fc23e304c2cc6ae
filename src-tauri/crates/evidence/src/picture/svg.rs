//! SVG of a picture. All lengths are in pixels or, where the name says so, in tenths of one.

use std::fmt::Write;

use event::visible_text;
use query::Coverage;

use super::Picture;
use super::axis::{BinWidth, labels, lines};
use super::wrap::wrap;
use crate::sentences::{self, counted, grouped, left_out};

const WIDTH: usize = 1200;
const LEFT: usize = 48;
const RIGHT: usize = WIDTH - LEFT;
const PLOT_HEIGHT: usize = 190;
/// Most lines of a question; of a longer one the length is said.
const MOST_LINES: usize = 12;
/// Widest bar, in tenths of a pixel.
const WIDEST_BAR: usize = 480;
/// Lowest bar of any event, in tenths of a pixel.
const LOWEST_BAR: usize = 15;

const INK: &str = "#1b1d21";
const PALE: &str = "#51565f";
const LINE: &str = "#e6e6e1";
const STRONG_LINE: &str = "#cdcdc6";
const BAR: &str = "#1f55b5";
const GOOD: &str = "#1d6b3a";
const WARN: &str = "#8a4a00";

const SANS: &str =
    "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans', 'DejaVu Sans', sans-serif";
const MONO: &str = "Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono', monospace";

/// Draws a picture.
pub fn draw(picture: &Picture) -> String {
    let mut drawing = Drawing { body: String::new(), y: 62 };
    drawing.head(picture);
    if !picture.is_of_all() {
        drawing.question(&picture.question);
    }
    drawing.plot(picture);
    drawing.foot(picture);
    let height = drawing.y + 30;
    let title = escaped(&format!("{}: {}", counted(picture.total, "event"), picture.question));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" font-family=\"{SANS}\">\n<title>{title}</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
        drawing.body
    )
}

/// What is drawn so far, from above to below.
struct Drawing {
    body: String,
    /// Where the next text stands.
    y: usize,
}

impl Drawing {
    /// Adds an element, as a line.
    fn add(&mut self, element: std::fmt::Arguments<'_>) {
        // A text takes everything.
        let _ = writeln!(self.body, "{element}");
    }

    fn text(&mut self, x: usize, attributes: &str, text: &str) {
        let (y, text) = (self.y, escaped(text));
        self.add(format_args!(
            "<text x=\"{x}\" y=\"{y}\" xml:space=\"preserve\" {attributes}>{text}</text>"
        ));
    }

    /// How many events, of which journal.
    fn head(&mut self, picture: &Picture) {
        let size = format!("font-size=\"30\" font-weight=\"600\" fill=\"{INK}\"");
        self.text(LEFT, &size, &counted(picture.total, "event"));
        let all = if picture.is_of_all() { "All events of the journal" } else { "Journal" };
        let of = format!("{all} {}, times in {}", visible_text(&picture.journal), picture.zone);
        for line in wrap(&of, 120, 2) {
            self.y += 26;
            self.text(LEFT, &format!("font-size=\"15\" fill=\"{PALE}\""), &line);
        }
    }

    /// What was asked, with a line at its side.
    fn question(&mut self, question: &str) {
        let lines = wrap(&visible_text(question), 128, MOST_LINES);
        let (top, height) = (self.y + 16, lines.len() * 22);
        self.add(format_args!(
            "<rect x=\"{LEFT}\" y=\"{top}\" width=\"3\" height=\"{height}\" fill=\"{BAR}\"/>"
        ));
        self.y += 10;
        let size = format!("font-size=\"14\" font-family=\"{MONO}\" fill=\"{INK}\"");
        for line in lines {
            self.y += 22;
            self.text(LEFT + 14, &size, &line);
        }
    }

    /// The bars with their scales.
    fn plot(&mut self, picture: &Picture) {
        let bins = &picture.histogram;
        let small = format!("font-size=\"12\" fill=\"{PALE}\"");
        self.y += 38;
        let Some(first) = bins.first() else {
            let read = if picture.coverage.complete { "." } else { " in what could be read." };
            self.text(
                LEFT,
                &format!("font-size=\"15\" fill=\"{PALE}\""),
                &format!("No events{read}"),
            );
            return;
        };
        let width = BinWidth::of(first, picture.zone);
        self.text(LEFT, &small, &width.name());
        let top = self.y + 16;
        let bottom = top + PLOT_HEIGHT;
        let lines = lines(bins.iter().map(|bin| bin.count).max().unwrap_or_default());
        let most = lines.last().copied().unwrap_or_default().max(1);
        let left = LEFT + grouped(most).len() * 8 + 12;
        for line in lines {
            let y = bottom - line * PLOT_HEIGHT / most;
            let color = if line == 0 { STRONG_LINE } else { LINE };
            self.add(format_args!("<path d=\"M{left} {y}.5H{RIGHT}\" stroke=\"{color}\"/>"));
            self.y = y + 5;
            self.text(left - 10, &format!("{small} text-anchor=\"end\""), &grouped(line));
        }
        let slot = |index: usize| left * 10 + (RIGHT - left) * 10 * index / bins.len();
        let wide = (RIGHT - left) * 10 / bins.len();
        let bar = (wide * 84 / 100).clamp(5, WIDEST_BAR);
        for (index, bin) in bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
            let high = (bin.count * PLOT_HEIGHT * 10 / most).max(LOWEST_BAR);
            let [x, y] = [slot(index) + (wide - bar.min(wide)) / 2, bottom * 10 - high].map(tenths);
            let start = picture.zone.wall_of(bin.start).format(width.format());
            let told = format!("{start}: {}", counted(bin.count, "event"));
            let (bar, high) = (tenths(bar), tenths(high));
            self.add(format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{bar}\" height=\"{high}\" fill=\"{BAR}\">\
                 <title>{told}</title></rect>"
            ));
        }
        self.y = bottom + 22;
        let label_width = first_label(picture, width).len() * 8;
        for (index, label) in labels(bins, picture.zone, (RIGHT - left) / (label_width + 24)) {
            let x = (slot(index) + wide / 2) / 10;
            if x + label_width / 2 < WIDTH {
                self.add(format_args!("<path d=\"M{x}.5 {bottom}v6\" stroke=\"{STRONG_LINE}\"/>"));
                self.text(x, &format!("{small} text-anchor=\"middle\""), &label);
            }
        }
    }

    /// What the answer rests on, when it was given and by what.
    fn foot(&mut self, picture: &Picture) {
        self.y += 26;
        let y = self.y;
        self.add(format_args!("<path d=\"M{LEFT} {y}.5H{RIGHT}\" stroke=\"{LINE}\"/>"));
        self.y += 8;
        self.coverage(&picture.coverage);
        let pale = format!("font-size=\"13\" fill=\"{PALE}\"");
        let at = picture.zone.wall_of(picture.at).format("%Y-%m-%d %H:%M:%S");
        let made = format!("As of {at} {}. Daybook {}.", picture.zone, env!("CARGO_PKG_VERSION"));
        for sentence in left_out(&picture.undecided).into_iter().chain([made]) {
            self.y += 20;
            self.text(LEFT + 22, &pale, &sentence);
        }
    }

    /// The coverage, with a mark that says without words and colours whether it is complete.
    fn coverage(&mut self, coverage: &Coverage) {
        let (x, y) = (LEFT, self.y + 9);
        let (color, mark) = if coverage.complete {
            (GOOD, "M1 7l4 4 8-9")
        } else {
            (WARN, "M7 1L13.5 12.5H.5zM7 5v4M7 10.5v.5")
        };
        self.add(format_args!(
            "<path transform=\"translate({x} {y})\" d=\"{mark}\" fill=\"none\" stroke=\"{color}\" \
             stroke-width=\"1.6\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>"
        ));
        let size = format!("font-size=\"13\" font-weight=\"600\" fill=\"{color}\"");
        for line in wrap(&sentences::coverage(coverage), 132, MOST_LINES) {
            self.y += 20;
            self.text(LEFT + 22, &size, &line);
        }
    }
}

/// How the start of the first bin is written.
fn first_label(picture: &Picture, width: BinWidth) -> String {
    let start = picture.histogram.first().map(|bin| picture.zone.wall_of(bin.start));
    start.map(|start| start.format(width.format()).to_string()).unwrap_or_default()
}

/// Tenths of a pixel, as SVG writes them.
fn tenths(tenths: usize) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Text that is nothing but text in XML, whatever is in it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in visible_text(text).chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            one => escaped.push(one),
        }
    }
    escaped
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use query::{Undecided, Unreadable};
    use resvg::usvg::roxmltree::Document;

    use super::*;

    fn picture(question: &str, zone: &str, span: [&str; 2]) -> Picture {
        let [from, to] = span.map(|text| event::parse_time(text).unwrap());
        let [from_nanos, to_nanos] = [from, to].map(|time| time.timestamp_nanos_opt().unwrap());
        let zone = zone.parse().unwrap();
        let mut histogram = query::empty_bins(from_nanos, to_nanos, zone);
        histogram.iter_mut().enumerate().for_each(|(index, bin)| bin.count = index * 7 % 40);
        Picture {
            journal: "firm".to_owned(),
            question: question.to_owned(),
            zone,
            total: histogram.iter().map(|bin| bin.count).sum(),
            histogram,
            undecided: Undecided::default(),
            coverage: Coverage {
                files: 3,
                read: 3,
                rows: 1234,
                complete: true,
                ..Coverage::default()
            },
            at: event::parse_time("2026-11-28T23:30:00Z").unwrap(),
        }
    }

    /// The texts of a picture, which has to be XML.
    fn texts(svg: &str) -> Vec<String> {
        let document = Document::parse(svg).unwrap();
        let texts = document.descendants().filter(|node| node.has_tag_name("text"));
        texts.map(|node| node.text().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_picture_says_what_was_asked_and_what_the_answer_rests_on() {
        let span = ["2026-01-05T12:00:00Z", "2026-03-20T12:00:00Z"];
        let mut picture = picture("actor=Sarah zone=Europe/Berlin", "Europe/Berlin", span);
        let svg = picture.svg();
        assert_eq!(svg, picture.svg());
        let said = texts(&svg);
        for text in [
            "1,465 events",
            "Journal firm, times in Europe/Berlin",
            "actor=Sarah zone=Europe/Berlin",
            "Events per day",
            "40",
            "2026-01-05",
            "Complete: 3 files, 1,234 rows.",
            // It is the next day there.
            &format!(
                "As of 2026-11-29 00:30:00 Europe/Berlin. Daybook {}.",
                env!("CARGO_PKG_VERSION")
            ),
        ] {
            assert!(said.iter().any(|one| one == text), "{text}: {said:?}");
        }
        picture.coverage = Coverage {
            files: 3,
            read: 2,
            unreadable: vec![Unreadable::file("b.parquet", "is cut short")],
            unreadable_total: 1,
            ..Coverage::default()
        };
        picture.undecided.no_numbers = 2;
        let said = texts(&picture.svg()).join("\n");
        assert!(
            said.contains("Incomplete: 2 of 3 files read. Not readable: b.parquet (is cut short).")
        );
        assert!(said.contains("2 values are no numbers and left out."), "{said}");
        (picture.histogram, picture.total) = (Vec::new(), 0);
        assert!(texts(&picture.svg()).contains(&"No events in what could be read.".to_owned()));
    }

    #[test]
    fn hostile_texts_are_nothing_but_text() {
        let hostile =
            "new~\"</text><script>alert(1)</script>&amp;\u{202e}\u{1b}[31m\u{fffe}\0  x\" zone=UTC";
        let mut picture = picture(hostile, "UTC", ["2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"]);
        picture.journal = "<a href='x'>\n".to_owned();
        let svg = picture.svg();
        assert!(!svg.contains("<script"), "{svg}");
        let said = texts(&svg).join("\n");
        assert!(
            said.contains(
                "</text><script>alert(1)</script>&amp;\\u{202e}\\u{1b}[31m\\u{fffe}\\u{0}  x"
            ),
            "{said}"
        );
        picture.question = "王".repeat(5000);
        let said = texts(&picture.svg());
        assert!(said.contains(&"… (5000 characters in all)".to_owned()), "{said:?}");
    }

    #[test]
    fn nothing_is_drawn_beyond_the_edges() {
        for span in [
            ["2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"],
            ["2026-01-05T12:00:00Z", "2026-01-05T12:01:59Z"],
            ["2024-09-01T12:00:00Z", "2026-09-01T12:00:00Z"],
            ["1700-09-01T12:00:00Z", "2026-09-01T12:00:00Z"],
        ] {
            let mut picture = picture("", "America/New_York", span);
            picture.histogram[0].count = 123_456_789;
            let svg = picture.svg();
            let document = Document::parse(&svg).unwrap();
            for bar in document.descendants().filter(|node| node.has_tag_name("rect")) {
                let side =
                    |name| bar.attribute(name).map_or(0.0, |side| side.parse::<f64>().unwrap());
                assert!(side("x") + side("width") <= 1200.0, "{svg}");
                assert!(side("width") > 0.0 && side("height") > 0.0, "{svg}");
            }
        }
    }
}
