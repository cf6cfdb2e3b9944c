//! Loads a project with what a command adds to the portal: a trust file and an expected digest.

use std::path::{Path, PathBuf};

use crate::build::project::{Project, TrustFile, signers_file};
use crate::diagnostics::{Code, Diagnostics, Failure, cause_of};
use crate::source::{Portal, hex};

/// Where a project is loaded from.
#[derive(Debug, Clone)]
pub(crate) struct ProjectSource {
    /// The portal.
    pub portal: Portal,
    /// A file outside the portal with people, keys and policy.
    pub trust_file: Option<PathBuf>,
    /// The digest that settings, theme, `static/` and trust file must have.
    pub trust_digest: Option<String>,
}

/// Why a project cannot be loaded.
#[derive(Debug)]
pub enum ProjectError {
    /// Its settings have errors.
    Mistakes(Diagnostics),
    /// Something outside the portal failed, or the digest is another.
    Failure(Failure),
}

impl ProjectSource {
    /// Loads settings and theme. People and policy come from the trust file if there is one.
    pub(crate) fn load(&self) -> Result<Project, ProjectError> {
        let trust_file = self.read_trust_file().map_err(ProjectError::Failure)?;
        let project =
            Project::load(&self.portal, trust_file.as_ref()).map_err(ProjectError::Mistakes)?;
        let digest = hex(&project.trust);
        if self.trust_digest.as_deref().is_some_and(|expected| normal_digest(expected) != digest) {
            let failure = Failure::new(Code::TrustDiffers).arg("found", digest);
            return Err(ProjectError::Failure(failure));
        }
        Ok(project)
    }

    /// Returns the files that a project depends on and that may be outside the portal: the trust file
    /// and the `allowed_signers` file.
    pub(crate) fn further_files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = self.trust_file.iter().cloned().collect();
        let trust_file = self.read_trust_file().ok().flatten();
        if let Some(signers) = signers_file(&self.portal, trust_file.as_ref()) {
            let folder = self.trust_file.as_deref().map(Path::parent);
            match folder {
                None => files.push(self.portal.locate(&signers)),
                Some(folder) => files.extend(folder.map(|folder| folder.join(&signers))),
            }
        }
        files
    }

    #[expect(clippy::disallowed_methods, reason = "the trust file is outside the portal")]
    fn read_trust_file(&self) -> Result<Option<TrustFile>, Failure> {
        let Some(path) = &self.trust_file else { return Ok(None) };
        let failure = |cause: String| {
            let failure = Failure::new(Code::TrustFile).arg("path", path.display().to_string());
            failure.arg("cause", cause)
        };
        let bytes = std::fs::read(path).map_err(|error| failure(cause_of(&error)))?;
        let text = String::from_utf8(bytes).map_err(|_| failure("@cause/not-utf8".to_owned()))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = Portal::at(folder.unwrap_or(Path::new(".")));
        Ok(Some(TrustFile { folder, path: path.display().to_string(), text }))
    }
}

/// Returns a digest from the command line as [`hex`] writes it.
fn normal_digest(digest: &str) -> String {
    digest.trim().trim_start_matches("sha256:").to_ascii_lowercase()
}
