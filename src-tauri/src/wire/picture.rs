//! Pictures that the window asks for.

use query::Filters;
use serde::Deserialize;
use ts_rs::TS;

/// Picture that the window asks for. Where it is saved is asked of the person, and is no part of it.
#[derive(Debug, Clone, Deserialize, TS)]
#[ts(export)]
pub struct PictureRequest {
    /// Filters of the events.
    pub filters: Filters,
    /// IANA name of the time zone of its times.
    pub zone: String,
    /// Form of the picture.
    pub form: PictureForm,
}

/// Form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PictureForm {
    /// SVG: sharp at every size.
    Svg,
    /// PNG, drawn with the fonts of this machine.
    Png,
}

impl From<PictureForm> for evidence::PictureForm {
    fn from(form: PictureForm) -> Self {
        match form {
            PictureForm::Svg => Self::Svg,
            PictureForm::Png => Self::Png,
        }
    }
}
