/**
 * A text with every character visible: characters that a terminal or a screen would interpret, hide or reverse become
 * escapes such as `\u{1b}`.
 */
export const exact = (value: string): string =>
  value.replace(
    /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu,
    (found) =>
      ({ ' ': ' ', '\n': '\\n', '\t': '\\t', '\r': '\\r' })[found] ??
      `\\u{${found.codePointAt(0)?.toString(16)}}`,
  )
