//! Benchmarks, each by its name: `cargo run --release -p bench -- masking`.

mod masking;

fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("masking") => masking::run(),
        _ => anyhow::bail!("say what to measure: masking"),
    }
}
