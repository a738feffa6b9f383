import path from 'node:path'
import type { InputFile } from '../../shared/plan.ts'
import type { Checkout } from '../definition/inputs/checkout.ts'
import { reasonOf, unreadable } from '../definition/inputs/collect-files.ts'
import { fromRoot } from '../definition/inputs/project-inputs.ts'
import { type Opened, openInside } from '../files/open-inside.ts'

/**
 * What the project's folder has otherwise today than a version had it, or otherwise than every clone: an input, or a tracked
 * link, through which hooks reach inputs; or what the version did not have. Paths are relative to the project's folder.
 */
export type HistoricInput =
  | OlderFile
  | { kind: 'link'; path: string; target: string; isGone?: boolean }
  | { kind: 'absent'; path: string }

export interface OlderFile {
  kind: 'file'
  path: string
  /** Today no file lies there. */
  isGone?: boolean
  executable: boolean
  sha256: string
  /** Opens a file that held its content when it was looked for. */
  open: () => Opened
}

/**
 * The inputs that the folder has with other line ends, or another executable bit, than every clone's commit has, and the
 * links that it has as files (`linksInFiles`).
 */
export function differingInputs(checkout: Checkout, inputs: InputFile[]): HistoricInput[] {
  const files = inputs.flatMap(([name, executable, sha256]): HistoricInput[] => {
    const file = fromRoot(checkout, name)
    if (!checkout.differing.has(file)) return []
    return [{ kind: 'file', path: name, executable, sha256, open: () => openInside(checkout.root, file) }]
  })
  return [...files, ...linksOf(checkout)]
}

/** The links that the folder has as files, of those that were looked at. */
const linksOf = ({ folder, linksInFiles }: Checkout): HistoricInput[] =>
  [...linksInFiles].map(([file, target]) => ({
    kind: 'link',
    path: path.posix.relative(folder, file),
    target,
  }))

/** The same of all tracked links. */
export function differingLinks(checkout: Checkout): HistoricInput[] {
  for (const link of checkout.tree?.paths('link') ?? []) checkout.linkTarget(link)
  return linksOf(checkout)
}

/** Opens it. Error: `input-unreadable`. */
export function openOlder({ path: shown, open }: OlderFile): Opened {
  try {
    return open()
  } catch (error) {
    throw unreadable(shown, reasonOf(error), error)
  }
}

/** Error: it is not what it was any more. */
export const changedMeanwhile = ({ path: shown }: OlderFile): Error =>
  unreadable(shown, 'it changed while it was looked for')
