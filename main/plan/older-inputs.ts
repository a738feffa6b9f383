import { readFileSync } from 'node:fs'
import type { InputFile } from '../../shared/plan.ts'
import type { Checkout } from '../definition/inputs/checkout.ts'
import { reasonOf, unreadable } from '../definition/inputs/collect.ts'
import { contentWithHash } from '../definition/inputs/line-ends.ts'
import { fromRoot } from '../definition/inputs/project-inputs.ts'
import { type Opened, openInside } from '../files/inside.ts'

/** An input of a version that the project's folder has otherwise today, or otherwise than every clone. */
export interface OlderInput {
  /** Relative to the project's folder. */
  path: string
  executable: boolean
  sha256: string
  /** Opens a file that held its content when it was looked for. */
  open: () => Opened
}

/** The inputs that the folder has with other line ends, or another executable bit, than every clone's commit has. */
export function differingInputs(checkout: Checkout, inputs: InputFile[]): OlderInput[] {
  return inputs.flatMap(([name, executable, sha256]): OlderInput[] => {
    const file = fromRoot(checkout, name)
    if (!checkout.differing.has(file)) return []
    return [{ path: name, executable, sha256, open: () => openInside(checkout.root, file) }]
  })
}

/** Its content as the version has it. Error: `input-unreadable` where that is not what it was any more. */
export function contentOf({ path: shown, sha256, open }: OlderInput): Buffer {
  let content: Buffer
  try {
    using file = open()
    content = readFileSync(file.fd)
  } catch (error) {
    throw unreadable(shown, reasonOf(error), error)
  }
  const wanted = contentWithHash(content, sha256)
  if (!wanted) throw unreadable(shown, 'it changed while it was looked for')
  return wanted
}
