// Imports that the slot's TypeScript provides (module name "host").

/**
 * Runs the library-backed precompile `id` on input [src, src + len), writes its output to dst.
 * @returns output length, or -1 when the precompile fails, or -2 when its library is not loaded yet
 */
export declare function precompile(id: i32, src: usize, len: i32, dst: usize): i32;
