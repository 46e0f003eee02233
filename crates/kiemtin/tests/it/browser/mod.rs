//! The site as it is served: every link followed, in a real browser, before other people's checkers.

// What is served, and asking for it.
mod http;
mod markup;
mod site;

// One subject each.
mod checker;
mod crawl;
mod journeys;
