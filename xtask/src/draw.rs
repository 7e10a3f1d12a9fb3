//! `cargo xtask report`: gathers everything, and writes the page and its data.

use crate::out::{self, Exit, Failure, root};
use crate::report;
use std::path::Path;
use std::{fs, io};

pub(crate) fn run(out: Option<&Path>) -> Result<Exit, Failure> {
    let folder = out.map_or_else(|| root().join("target/report"), Path::to_path_buf);
    let model = report::gather(&root().join("snapshots")).map_err(|error| Failure::new(Exit::Check, error))?;
    let unwritable = |path: &Path, error: &io::Error| match out {
        Some(_) => Failure::new(Exit::Usage, format!("{}: {error}; --out takes a folder to write to", path.display())),
        None => Failure::file(path, error),
    };
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    let page = folder.join("index.html");
    let files = [
        (page.clone(), report::page(&model)),
        (folder.join("report.json"), report::json(&model)),
        (folder.join("lost-update.svg"), report::picture(&model)),
    ];
    for (path, text) in files {
        fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
    }
    out::print(&format!("{}\n", page.display()));
    Ok(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The README shows what is drawn today.
    #[test]
    fn the_readmes_picture_is_what_the_report_draws() {
        let snapshots = root().join("snapshots");
        let drawn = report::picture(&report::gather(&snapshots).expect("every play runs"));
        let committed = fs::read_to_string(snapshots.join("pitfalls/lost-update.svg")).expect("the README's picture");
        let cure = "`cargo xtask report`, look at target/report/lost-update.svg, and copy it to snapshots/pitfalls";
        assert!(committed.replace("\r\n", "\n") == drawn, "the README's picture is out of date: {cure}");
    }
}
