//! Set-up of tests. Only this may touch the store; tests go through the router.

pub(crate) mod desk;
pub(crate) mod people;
pub(crate) mod reply;
pub(crate) mod story;
