import { type ProductError, productError } from '../../../../shared/errors.ts'

/** The position of a value in a definition: keys and list indexes from the top. */
export type Path = readonly (string | number)[]

/** A text that definitions are read from. `at` finds the place of a key or list item, 1-based. */
export interface Origin {
  file: string
  /** The image, where it is the text of a label. */
  image?: string
  /** The feature, where it is the text of one that is not in the repository. */
  feature?: string
  at(path: Path): { line?: number; column?: number }
}

/** `definition-invalid` at the place of `path`; `problem` is a sentence without a full stop. */
export function invalid(origin: Origin, path: Path, problem: string, cause?: unknown): ProductError {
  return productError('definition-invalid', { ...placeOf(origin, path), problem }, { cause })
}

/** `definition-unsupported` at the place of `path`, naming `key`. */
export function unsupported(origin: Origin, path: Path, key: string, reason?: string): ProductError {
  return productError('definition-unsupported', {
    ...placeOf(origin, path),
    key,
    ...(reason === undefined ? {} : { reason }),
  })
}

const placeOf = ({ file, image, feature, at }: Origin, path: Path) => ({
  file,
  ...at(path),
  ...(image !== undefined && { image }),
  ...(feature !== undefined && { feature }),
})
