//! The named build step after linking: removes what the module does not need.
