/**
 * One line, without control characters and without those that turn the direction of text: names and paths from
 * files, images and containers are a stranger's, and a terminal obeys what they hold.
 */
export const sanitize = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
    .replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
