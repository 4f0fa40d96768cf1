//! A hash as `rsa` asks for it: its traits are those of an older `digest` than our `sha2` has.

use digest::{DynDigest, InvalidBufferSize};

use super::Hash;

/// Gathers what is to be hashed. PSS hashes a few hundred bytes at a time.
#[derive(Clone)]
pub(super) struct Gathered {
    hash: Hash,
    bytes: Vec<u8>,
}

impl Gathered {
    pub(super) fn new(hash: Hash) -> Self {
        Self {
            hash,
            bytes: Vec::new(),
        }
    }
}

impl DynDigest for Gathered {
    fn update(&mut self, data: &[u8]) {
        self.bytes.extend_from_slice(data);
    }

    fn finalize_into(mut self, buffer: &mut [u8]) -> Result<(), InvalidBufferSize> {
        self.finalize_into_reset(buffer)
    }

    fn finalize_into_reset(&mut self, out: &mut [u8]) -> Result<(), InvalidBufferSize> {
        if out.len() != self.hash.len() {
            return Err(InvalidBufferSize);
        }
        out.copy_from_slice(&self.hash.of(&self.bytes));
        self.reset();
        Ok(())
    }

    fn reset(&mut self) {
        self.bytes.clear();
    }

    fn output_size(&self) -> usize {
        self.hash.len()
    }

    fn box_clone(&self) -> Box<dyn DynDigest> {
        Box::new(self.clone())
    }
}
