import type { InputChange } from '../../../shared/change.ts'
import type { SizeDiff, VersionDiff } from '../../../shared/version.ts'

/** The parts of a comparison of two versions, as a person reads them. */
export type ComparedPart = 'dependencies' | 'contents' | 'inputs' | 'pins' | 'texts'

/** Whether a change is one of a pin: what an image's name or an address resolves to. */
export const isPin = ({ kind }: InputChange): boolean => kind === 'pin' || kind === 'download'

interface Part {
  part: Exclude<ComparedPart, 'texts'>
  changes: InputChange[]
}

/** Two versions, in the parts that differ, those first that say most, and those that do not. */
export interface Comparison {
  /** What the project depends on, and what is inside the images. */
  inside: Part[]
  /** What else decides the version. */
  inputs: Part[]
  same: ComparedPart[]
  /** Whether what is inside one of the images is not known. */
  unknown: boolean
}

/** Sorts the differences of two versions: what the project depends on, what is inside, then what decides the version. */
export function comparisonOf(diff: VersionDiff & { texts: unknown[] }): Comparison {
  const dependencies = diff.inputs.filter(({ detail }) => detail?.kind === 'packages')
  const pins = diff.inputs.filter(isPin)
  const inputs = diff.inputs.filter((change) => !pins.includes(change) && !dependencies.includes(change))
  const parts = { dependencies, contents: diff.contents ?? [], inputs, pins }
  const names = ['dependencies', 'contents', 'inputs', 'pins'] as const
  const differing = names.flatMap((part) => (parts[part].length > 0 ? [{ part, changes: parts[part] }] : []))
  const isInside = ({ part }: Part) => part === 'dependencies' || part === 'contents'
  return {
    inside: differing.filter(isInside),
    inputs: differing.filter((one) => !isInside(one)),
    same: [
      ...names.filter((part) => parts[part].length === 0 && (part !== 'contents' || diff.contents !== null)),
      ...(diff.texts.length === 0 ? (['texts'] as const) : []),
    ],
    unknown: diff.contents === null,
  }
}

/** How much larger the second image is than the first, in bytes; negative where it is smaller. */
export const growthOf = ({ from, to }: SizeDiff): number => to - from
