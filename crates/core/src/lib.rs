#![doc = include_str!("../README.md")]

// Values: parsed once at the door.
pub mod ids;
pub mod lang;
pub mod time;

// Text: from what people type to something that can be compared.
pub mod text;

// The nouns, and the tables that decide about them.
pub mod api_key;
pub mod case;
pub mod channel;
pub mod contest;
pub mod due;
pub mod gazetteer;
pub mod host;
pub mod link;
pub mod message;
pub mod organisation;
pub mod permission;
pub mod priority;
pub mod rating;
pub mod receipt;
pub mod remit;
pub mod reply;
pub mod second_factor;
pub mod sign_off;
pub mod source;
pub mod waiting;
pub mod workflow;

// What is published.
pub mod claim_review;
pub mod log_entry;
pub mod open_data;
pub mod policy;
pub mod prose;
pub mod review;
pub mod statistics;
pub mod tree;

// Matching: which texts say the same, in the order in which a message passes through.
pub mod decide;
pub mod eval;
pub mod facts;
pub mod features;
pub mod fingerprint;
pub mod group;
pub mod index;
pub mod matching;
pub mod picture;
pub mod quality;
pub mod rank;
pub mod similarity;
mod swap;
pub mod vectors;
pub mod worth;
