//! `cargo xtask report`: gathers everything or reads it, writes page, data and exports, and has a browser look at the page.

use crate::browser::{self, Shots};
use crate::out::{self, Exit, Failure, root};
use crate::report::{self, Model};
use async_kata::scenarios::Lang;
use clap::Args;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The folder of the exports, beside the page.
const TRACES: &str = "traces";

/// What is asked for.
#[derive(Args)]
pub(crate) struct Request {
    /// The language that the page shows first, en or uk: it has both
    #[arg(long, env = "ASYNC_KATA_LANG", default_value_t)]
    lang: Lang,
    /// Where to write. Default: target/report
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Draw a former report.json anew, and run nothing
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Look at the page in Chromium: keys, contrast, languages, widths, paper
    #[arg(long)]
    pub(crate) check: bool,
    /// Write pictures of its parts: three widths, light and dark, both languages
    #[arg(long, value_name = "DIR")]
    pub(crate) shots: Option<PathBuf>,
    /// Pictures of this part alone: index, or the id of a page or scenario
    #[arg(long, value_name = "ID", requires = "shots")]
    only: Option<String>,
}

pub(crate) fn run(request: &Request) -> Result<Exit, Failure> {
    let page = make(request.lang, request.out.as_deref(), request.from.as_deref())?;
    out::print(&format!("{}\n", page.display()));
    if let Some(folder) = &request.shots {
        browser::shoot(&page, &Shots { folder: folder.clone(), only: request.only.clone() })?;
    }
    if request.check {
        browser::check(&page)?;
    }
    Ok(Exit::Ok)
}

/// Writes everything, and returns the page's path.
pub(crate) fn make(lang: Lang, out: Option<&Path>, from: Option<&Path>) -> Result<PathBuf, Failure> {
    let folder = out.map_or_else(|| root().join("target/report"), Path::to_path_buf);
    let (model, json) = match from {
        Some(file) => read(file)?,
        None => {
            let gathered = report::gather(&root().join("snapshots"));
            let model = gathered.map_err(|error| Failure::new(Exit::Check, error))?;
            let json = report::json(&model);
            (model, json)
        }
    };
    write(&folder, &model, lang, &json).map_err(|(path, error)| match out {
        Some(_) => Failure::new(Exit::Usage, format!("{path}: {error}; --out takes a folder to write to")),
        None => Failure::file(Path::new(&path), &error),
    })?;
    Ok(folder.join("index.html"))
}

/// A former report's model, and its text as it is: what this program does not know of it must not get lost.
fn read(file: &Path) -> Result<(Model, String), Failure> {
    let wrong = |why: &str| {
        let cure = "--from takes a report.json; `cargo xtask report` without it makes a new one";
        Failure::new(Exit::Usage, format!("{}: {why}; {cure}", file.display()))
    };
    let json = fs::read_to_string(file).map_err(|error| wrong(&error.to_string()))?;
    let model = report::from_json(&json).map_err(|error| wrong(&error))?;
    Ok((model, json))
}

/// Writes everything. An error comes with the path that it is about.
fn write(folder: &Path, model: &Model, lang: Lang, json: &str) -> Result<(), (String, io::Error)> {
    let traces = folder.join(TRACES);
    let at = |path: &Path| {
        let path = path.display().to_string();
        move |error| (path, error)
    };
    fs::create_dir_all(&traces).map_err(at(&traces))?;
    let files = [
        ("index.html", report::page(model, lang)),
        ("report.json", json.into()),
        (report::SCHEMA_FILE, report::schema()),
        ("lost-update.svg", report::picture(model)),
    ];
    let files = files.map(|(name, text)| (folder.join(name), text));
    let exports = report::exports(model).into_iter().map(|(name, text)| (traces.join(name), text));
    let mut traced = Vec::new();
    for (path, text) in files.into_iter().chain(exports) {
        fs::write(&path, text).map_err(at(&path))?;
        traced.push(path);
    }
    sweep(&traces, |path| traced.iter().any(|traced| traced == path)).map_err(at(&traces))
}

/// Removes the exports of plays that are no more. Files of others stay, whatever their names.
fn sweep(traces: &Path, is_new: impl Fn(&Path) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(traces)? {
        let path = entry?.path();
        let is_export = || fs::read_to_string(&path).is_ok_and(|text| report::is_export(&text));
        if !is_new(&path) && path.extension().is_some_and(|end| end == "mmd" || end == "json") && is_export() {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
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
