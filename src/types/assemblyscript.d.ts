/** `assembly/layout.ts` is compiled by asc and by tsc; these are its number types on the TypeScript side. */
type i32 = number;
type u32 = number;
