#![doc = include_str!("../README.md")]

// Values: parsed once at the door.
pub mod ids;
pub mod lang;
pub mod time;

// Text: from what people type to something that can be compared.
pub mod text;

// The nouns, and the tables that decide about them.
pub mod message;
