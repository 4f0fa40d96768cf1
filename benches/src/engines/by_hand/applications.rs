//! The conditions of the authorization workloads, written out.

use remit_tests::workloads::{Case, Verdict, Workload};
use serde_json::Value;

use crate::{Asked, Contender, verdict};

/// An application's conditions, written out.
#[derive(Debug)]
pub struct Application;

/// What an application's conditions read.
#[derive(Debug)]
pub enum Entities {
    /// Documents and folders.
    Gdrive(Gdrive),
    /// Repositories.
    Github(Github),
    /// Lists of tasks.
    Tinytodo(Tinytodo),
}

/// A user, and a document or folder.
#[derive(Debug)]
pub struct Gdrive {
    action: String,
    view: String,
    owned_documents: Vec<String>,
    owned_folders: Vec<String>,
    uid: String,
    ancestors: Vec<String>,
    public: bool,
}

/// A user's groups, and the groups that a repository and its owner name.
#[derive(Debug)]
pub struct Github {
    action: String,
    wider: Vec<String>,
    groups: Vec<String>,
    readers: String,
    triagers: String,
    writers: String,
    maintainers: String,
    admins: String,
    owner_readers: String,
    owner_writers: String,
    owner_admins: String,
}

/// A user, and a list or the application itself.
#[derive(Debug)]
pub struct Tinytodo {
    action: String,
    user: String,
    teams: Vec<String>,
    uid: String,
    owner: Option<String>,
    readers: Option<String>,
    editors: Option<String>,
}

fn holds(list: &[String], text: &str) -> bool {
    list.iter().any(|element| element == text)
}

impl Gdrive {
    fn allows(&self) -> bool {
        let within = |uid: &String| *uid == self.uid || holds(&self.ancestors, uid);
        match self.action.as_str() {
            "read" => within(&self.view) || self.public || self.owns(within),
            "write" | "share" => self.owns(within),
            "changeOwner" => holds(&self.owned_documents, &self.uid),
            "createDocument" => holds(&self.owned_folders, &self.uid),
            _ => false,
        }
    }

    fn owns(&self, within: impl Fn(&String) -> bool) -> bool {
        let mut owned = self.owned_documents.iter().chain(&self.owned_folders);
        owned.any(within)
    }
}

impl Github {
    fn allows(&self) -> bool {
        let part_of = |action: &str| self.action == action || holds(&self.wider, action);
        let member = |group: &str| holds(&self.groups, group);
        let reads = self.action == "read";
        (reads && member(&self.readers))
            || (part_of("triage") && member(&self.triagers))
            || (part_of("write") && member(&self.writers))
            || (part_of("maintain") && member(&self.maintainers))
            || (part_of("admin") && member(&self.admins))
            || (reads && member(&self.owner_readers))
            || (part_of("write") && member(&self.owner_writers))
            || (part_of("admin") && member(&self.owner_admins))
    }
}

impl Tinytodo {
    fn allows(&self) -> bool {
        let member =
            |team: &Option<String>| team.as_ref().is_some_and(|team| holds(&self.teams, team));
        if self.owner.as_ref() == Some(&self.user) {
            return true;
        }
        match self.action.as_str() {
            "CreateList" | "GetLists" => self.uid == "Application::\"TinyTodo\"",
            "GetList" => member(&self.readers) || member(&self.editors),
            "UpdateList" | "CreateTask" | "UpdateTask" | "DeleteTask" => member(&self.editors),
            _ => false,
        }
    }
}

impl Contender<Asked<'_>> for Application {
    type Input = Entities;

    fn prepare(&self, asked: &Asked<'_>) -> Entities {
        entities(asked.workload, asked.case)
    }

    fn decide(&mut self, entities: &Entities) -> Verdict {
        verdict(|| match entities {
            Entities::Gdrive(gdrive) => gdrive.allows(),
            Entities::Github(github) => github.allows(),
            Entities::Tinytodo(tinytodo) => tinytodo.allows(),
        })
    }
}

fn entities(workload: &Workload, case: &Case) -> Entities {
    let claims = workload.claims(case);
    let (principal, resource) = (&claims["principal"], &claims["resource"]);
    let (attrs, user, owner) = (
        &resource["attrs"],
        &principal["attrs"],
        &claims["owner"]["attrs"],
    );
    let action = case.action.clone();
    match workload.application {
        "gdrive" => Entities::Gdrive(Gdrive {
            action,
            view: text(&user["documentsAndFoldersWithViewAccess"]),
            owned_documents: texts(&user["ownedDocuments"]),
            owned_folders: texts(&user["ownedFolders"]),
            uid: case.resource.clone(),
            ancestors: texts(&resource["ancestors"]),
            public: attrs["isPublic"].as_bool().unwrap_or_default(),
        }),
        "github" => Entities::Github(Github {
            action,
            wider: case.action_ancestors.clone(),
            groups: texts(&principal["ancestors"]),
            readers: text(&attrs["readers"]),
            triagers: text(&attrs["triagers"]),
            writers: text(&attrs["writers"]),
            maintainers: text(&attrs["maintainers"]),
            admins: text(&attrs["admins"]),
            owner_readers: text(&owner["readers"]),
            owner_writers: text(&owner["writers"]),
            owner_admins: text(&owner["admins"]),
        }),
        "tinytodo" => Entities::Tinytodo(Tinytodo {
            action,
            user: case.principal.clone(),
            teams: texts(&principal["ancestors"]),
            uid: case.resource.clone(),
            owner: attrs["owner"].as_str().map(str::to_owned),
            readers: attrs["readers"].as_str().map(str::to_owned),
            editors: attrs["editors"].as_str().map(str::to_owned),
        }),
        other => panic!("no conditions for `{other}`"),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(text).collect()
}
