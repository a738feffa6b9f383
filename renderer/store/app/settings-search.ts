/** The sections of the settings, in their order. */
export const SECTIONS = [
  'general',
  'notifications',
  'personal',
  'layer',
  'engine',
  'baseImages',
  'resets',
  'updates',
  'diagnostics',
] as const
export type Section = (typeof SECTIONS)[number]

/** The sections in whose texts every word of a search stands, in any case; all of them for an empty one. */
export function sectionsWith(search: string, texts: Readonly<Record<Section, readonly string[]>>): Section[] {
  const words = search.toLowerCase().split(/\s+/)
  return SECTIONS.filter((section) => {
    const text = texts[section].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
