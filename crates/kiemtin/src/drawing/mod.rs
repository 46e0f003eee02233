//! Pictures that the site makes itself: the card that a link is shown with, and the badge of a
//! verdict for other sites.
//!
//! Values in, bytes out. The SVG is ours alone: texts are escaped, no file and no address is looked
//! at, and the two fonts are in the program, so that every mark on a Vietnamese letter is drawn, and
//! the same on every machine. Not here: who may see what, and for how long it is kept (`web`).

mod badge;
mod card;
mod face;
mod lines;
mod pen;

pub use badge::badge;
pub use card::{Card, card};
pub use face::{Face, Verdict};
pub use pen::{BadDrawing, escaped, png};
