/**
 * A sentence that came as a part of one, standing alone: it begins with a capital. An id, a path
 * or a quotation at its beginning stays as it is.
 */
export function sentence(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
