//! PNG of an SVG.

use resvg::render;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{Options, Tree};

use crate::Error;

/// Pixels of a unit of the SVG, so that it is sharp on today's screens and in print.
const SCALE: f32 = 2.0;

/// The fonts of this machine.
pub fn system_fonts() -> Database {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    fonts
}

/// Draws an SVG with fonts.
pub fn draw(svg: &str, fonts: Database) -> Result<Vec<u8>, Error> {
    if fonts.is_empty() {
        return Err(Error::NoFont);
    }
    let failed = |why: &dyn std::fmt::Display| Error::Picture(why.to_string());
    let mut options = Options::default();
    *options.fontdb_mut() = with_families(fonts);
    let tree = Tree::from_str(svg, &options).map_err(|why| failed(&why))?;
    let size = tree.size().to_int_size().scale_by(SCALE);
    let pixels = size.and_then(|size| Pixmap::new(size.width(), size.height()));
    let mut pixels = pixels.ok_or_else(|| failed(&"it is too large"))?;
    render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|why| failed(&why))
}

/// Fonts in which the generic families are some that are there.
fn with_families(mut fonts: Database) -> Database {
    let is_there = |fonts: &Database, family| {
        fonts.query(&Query { families: &[family], ..Query::default() }).is_some()
    };
    let family_of = |fonts: &Database, monospaced: bool| {
        let mut faces = fonts.faces().filter(|face| face.monospaced || !monospaced);
        faces.find_map(|face| face.families.first()).map(|(name, _)| name.clone())
    };
    if !is_there(&fonts, Family::SansSerif)
        && let Some(name) = family_of(&fonts, false)
    {
        fonts.set_sans_serif_family(name);
    }
    if !is_there(&fonts, Family::Monospace)
        && let Some(name) = family_of(&fonts, true).or_else(|| family_of(&fonts, false))
    {
        fonts.set_monospace_family(name);
    }
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_font_a_png_is_refused_and_svg_named() {
        let refused = draw("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", Database::new());
        assert!(refused.is_err_and(|why| why.to_string().contains("SVG")));
    }
}
