/** An address in a text, and where it begins. */
export interface FoundLink {
  at: number
  address: string
}

const ADDRESS = /\bhttps?:\/\/[^\s"'<>`{}|\\^]+/g
/** What ends a sentence or closes a bracket around an address is no part of it. */
const AFTER = /[.,;:!?)\]]+$/

/** The web addresses in a line of text. */
export const linksIn = (text: string): FoundLink[] =>
  [...text.matchAll(ADDRESS)].map(({ 0: found, index }) => ({ at: index, address: found.replace(AFTER, '') }))
