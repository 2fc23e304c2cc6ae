//! Hostile files make the library panic. The decoder is a process of its own for that; here it is
//! what hides everything behind it, so what is known is passed over. Any other panic is a finding.
//! A file for most of them is in `known`.
#![no_main]

use std::alloc::{GlobalAlloc, Layout, System};
use std::panic::{self, PanicHookInfo};

/// File of the library, and how the message begins.
const KNOWN: [(&str, &str); 18] = [
    // Lengths of texts that add up to more than an offset can be.
    ("arrow/buffer/offset_buffer.rs", "attempt to add with overflow"),
    // Fewer texts than the levels say.
    ("arrow/buffer/offset_buffer.rs", "assertion `left == right` failed"),
    // A page of codes without its first byte, which says how many bits they have.
    ("arrow/decoder/dictionary_index.rs", "index out of bounds"),
    // A run of more levels than a number can count.
    ("arrow/record_reader/definition_levels.rs", "attempt to multiply with overflow"),
    // A footer that puts a column before the file, or gives it a negative length.
    ("file/metadata/mod.rs", "column start and length should not be negative"),
    // Lengths of texts encoded as differences, of which there are none.
    ("arrow/array_reader/byte_array.rs", "attempt to divide by zero"),
    // Shared beginnings of texts that add up to more than a number can be.
    ("arrow/decoder/delta_byte_array.rs", "attempt to add with overflow"),
    // Numbers of more bits, and of more bytes, than a number has.
    ("util/bit_util.rs", "assertion failed: num_bits <="),
    ("util/bit_util.rs", "attempt to shift left with overflow"),
    // A page without a bit of what it says it holds.
    ("util/bit_util.rs", "assertion `left != right` failed"),
    // Fewer levels than rows.
    ("util/bit_chunk_iterator.rs", "offset + len out of bounds"),
    // An Arrow schema in the footer that names a type that does not exist, or a type without what
    // belongs to it.
    ("arrow-ipc-58.4.1/src/convert.rs", "not implemented: Type "),
    ("arrow-ipc-58.4.1/src/convert.rs", "called `Option::unwrap()`"),
    ("arrow-ipc-58.4.1/src/convert.rs", "expect a "),
    // A page of codes, before which there is no dictionary.
    ("column/reader/decoder.rs", "Decoder for dict should have been set"),
    ("arrow/array_reader/fixed_len_byte_array.rs", "called `Option::unwrap()`"),
    // A page that ends before it begins.
    ("src/bytes.rs", "range start must not be greater"),
    // A page shorter than its head says.
    ("src/bytes.rs", "range end out of bounds"),
];

libfuzzer_sys::fuzz_target!(init: pass_over_the_known(), |bytes: &[u8]| {
    // The hook has ended the process where the panic is not known.
    drop(panic::catch_unwind(|| fuzz::file::check(bytes)));
});

fn pass_over_the_known() {
    let end = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        if !is_known(panicked) {
            end(panicked);
        }
    }));
}

fn is_known(panicked: &PanicHookInfo) -> bool {
    let file = panicked.location().map_or("", |location| location.file());
    let message = panicked.payload_as_str().unwrap_or_default();
    KNOWN.iter().any(|(at, begins)| file.ends_with(at) && message.starts_with(begins))
}

/// The memory limit of the decoder's process, in bytes.
const LIMIT: usize = 2 << 30;

/// Exit code by which libFuzzer knows that memory ran out.
const OUT_OF_MEMORY: i32 = 71;

/// The system's memory within the limit of the decoder's process. The sanitizer tells a larger
/// allocation as a crash, where the decoder's process ends and the file is named.
struct Limited;

#[global_allocator]
static LIMITED: Limited = Limited;

unsafe extern "C" {
    fn _exit(code: i32) -> !;
}

// SAFETY: the system's allocator does everything but end the process.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > LIMIT {
            unsafe { _exit(OUT_OF_MEMORY) }
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size > LIMIT {
            unsafe { _exit(OUT_OF_MEMORY) }
        }
        unsafe { System.realloc(pointer, layout, size) }
    }
}
