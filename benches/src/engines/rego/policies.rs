//! The conditions of the authorization workloads in Rego.

/// The policy of an application.
pub(super) fn of(application: &str) -> &'static str {
    match application {
        "gdrive" => GDRIVE,
        "github" => GITHUB,
        "tinytodo" => TINYTODO,
        other => panic!("no policy for `{other}`"),
    }
}

const GDRIVE: &str = r#"package bench
import rego.v1
default allow := false
user := data.entities[input.principal].attrs
within(uid) if uid == input.resource
within(uid) if data.entities[input.resource].ancestors[uid]
allow if {
  input.action == "read"
  within(user.documentsAndFoldersWithViewAccess)
}
allow if {
  input.action == "read"
  data.entities[input.resource].attrs.isPublic
}
allow if {
  input.action in {"read", "write", "share"}
  some owned in user.ownedDocuments
  within(owned)
}
allow if {
  input.action in {"read", "write", "share"}
  some owned in user.ownedFolders
  within(owned)
}
allow if {
  input.action == "changeOwner"
  input.resource in user.ownedDocuments
}
allow if {
  input.action == "createDocument"
  input.resource in user.ownedFolders
}
"#;

const GITHUB: &str = r#"package bench
import rego.v1
default allow := false
groups := data.entities[input.principal].ancestors
repository := data.entities[input.resource].attrs
owner := data.entities[repository.owner].attrs
part_of(action) if input.action == action
part_of(action) if action in input.action_ancestors
allow if {
  input.action == "read"
  groups[repository.readers]
}
allow if {
  part_of("triage")
  groups[repository.triagers]
}
allow if {
  part_of("write")
  groups[repository.writers]
}
allow if {
  part_of("maintain")
  groups[repository.maintainers]
}
allow if {
  part_of("admin")
  groups[repository.admins]
}
allow if {
  input.action == "read"
  groups[owner.readers]
}
allow if {
  part_of("write")
  groups[owner.writers]
}
allow if {
  part_of("admin")
  groups[owner.admins]
}
"#;

const TINYTODO: &str = r#"package bench
import rego.v1
default allow := false
teams := data.entities[input.principal].ancestors
list := data.entities[input.resource].attrs
allow if {
  input.action in {"CreateList", "GetLists"}
  input.resource == "Application::\"TinyTodo\""
}
allow if list.owner == input.principal
allow if {
  input.action == "GetList"
  teams[list.readers]
}
allow if {
  input.action == "GetList"
  teams[list.editors]
}
allow if {
  input.action in {"UpdateList", "CreateTask", "UpdateTask", "DeleteTask"}
  teams[list.editors]
}
"#;
