import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { isProductError } from '../../shared/errors.ts'
import type { InputFile } from '../../shared/plan.ts'
import type { Checkout } from '../definition/inputs/checkout.ts'
import type { HashedFile } from '../definition/inputs/hash-cache.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../store/open-project.ts'
import { openCheckout } from './changed-inputs.ts'

/** A file below a folder whose path has no links. */
export interface Place {
  root: string
  name: string
}

/** Contents by their hash: in the store, else in a file of the checkout that still has it. */
export class Contents {
  readonly checkout: Checkout
  private readonly blobs: string
  private readonly known = new Map<string, Promise<HashedFile | undefined>>()

  private constructor(blobs: string, checkout: Checkout) {
    this.blobs = blobs
    this.checkout = checkout
  }

  static async open(host: Pick<Host, 'home' | 'env'>, project: Project): Promise<Contents> {
    const blobs = await realpath(host.home.blobs).catch(() => host.home.blobs)
    return new Contents(blobs, await openCheckout(host, project))
  }

  /** The file that has a content: the kept one, else the one where it was, if it still does. */
  async find(sha256: string, where: Place): Promise<Place | undefined> {
    for (const candidate of [{ root: this.blobs, name: sha256 }, where]) {
      const hashed = await this.hash(candidate)
      const isConverted = hashed?.lineEnds?.converted.sha256 === sha256
      if (isConverted) this.checkout.converted.add(sha256)
      if (isConverted || hashed?.sha256 === sha256) return candidate
    }
    return undefined
  }

  /** What a file holds; undefined for what is none or cannot be read. */
  hash(place: Place): Promise<HashedFile | undefined> {
    const file = path.join(place.root, place.name)
    const known = this.known.get(file)
    if (known) return known
    const hashed = this.hashNow(place)
    this.known.set(file, hashed)
    return hashed
  }

  private async hashNow({ root, name }: Place): Promise<HashedFile | undefined> {
    try {
      return await this.checkout.hashes.hash(root, name)
    } catch (error) {
      if (isProductError(error, 'input-unreadable')) return undefined
      throw error
    }
  }
}

/** Whether an input is a file with a content, and no link or folder. */
export const isRegular = ([, , content]: InputFile): boolean => /^[0-9a-f]{64}$/.test(content)
