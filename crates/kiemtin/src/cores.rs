//! Work that costs time and waits for nothing, spread over the machine's cores.

/// Runs a function over a list on all cores; results come in the order of the list.
pub(crate) fn on_all_cores<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    if items.len() <= n_cores {
        return items.iter().map(f).collect();
    }
    let chunk = items.len().div_ceil(n_cores);
    std::thread::scope(|scope| {
        let f = &f;
        let parts: Vec<_> = items
            .chunks(chunk)
            .map(|part| scope.spawn(move || part.iter().map(f).collect::<Vec<R>>()))
            .collect();
        let joined = parts.into_iter().map(|it| it.join().expect("what runs here does not panic"));
        joined.flatten().collect()
    })
}
