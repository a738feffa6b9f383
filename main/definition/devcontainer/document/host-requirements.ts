import type { HostRequirements } from '../../../../shared/definition.ts'
import type { WrittenHostRequirements } from './schema.ts'

/** What `hostRequirements` ask for; undefined where they ask for nothing. An optional GPU is not asked for. */
export function readHostRequirements(written: WrittenHostRequirements = {}): HostRequirements | undefined {
  const { cpus, memory, storage, gpu } = written
  const asked: HostRequirements = {
    ...(cpus !== undefined && { cpus }),
    ...(memory !== undefined && { memory: toBytes(memory) }),
    ...(storage !== undefined && { storage: toBytes(storage) }),
    ...((gpu === true || typeof gpu === 'object') && { gpu: true as const }),
  }
  return Object.keys(asked).length > 0 ? asked : undefined
}

/** Powers of 1000: a computer that is sold with 8 GB has less than 8 GiB for its programs. */
const UNITS = ['', 'k', 'm', 'g', 't']

function toBytes(amount: string): number {
  const unit = /[tgmk](?=b$)/.exec(amount.toLowerCase())?.[0] ?? ''
  return Number.parseInt(amount, 10) * 1000 ** UNITS.indexOf(unit)
}
