//! Other people's programs for Node; on the CI machine they must be there.

use std::path::PathBuf;

/// Where `cargo xtask test` put them, with our scripts beside them.
const NODE_TOOLS: &str = "KIEMTIN_TEST_NODE";

/// The folder that holds `node_modules`, or none with a sentence that says so.
pub(crate) fn node_folder() -> Option<PathBuf> {
    let given = std::env::var_os(NODE_TOOLS).map(PathBuf::from);
    let found = given.filter(|it| it.join("node_modules").is_dir());
    if found.is_none() {
        let is_ci = std::env::var("CI").is_ok_and(|it| it == "true" || it == "1");
        assert!(!is_ci, "{NODE_TOOLS} names no folder with node_modules");
        eprintln!("SKIPPED: {NODE_TOOLS} names no folder with node_modules");
    }
    found
}
