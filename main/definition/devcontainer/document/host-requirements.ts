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

/**
 * What several ask for together: the greatest of each
 * (https://containers.dev/implementors/spec/#merge-logic).
 */
export function mergeHostRequirements(all: HostRequirements[]): HostRequirements {
  const greatest = (key: 'cpus' | 'memory' | 'storage') => {
    const amounts = all.flatMap((one) => one[key] ?? [])
    return amounts.length > 0 && { [key]: Math.max(...amounts) }
  }
  return {
    ...greatest('cpus'),
    ...greatest('memory'),
    ...greatest('storage'),
    ...(all.some(({ gpu }) => gpu) && { gpu: true as const }),
  }
}

/** Powers of 1000: a computer that is sold with 8 GB has less than 8 GiB for its programs. */
const UNITS = ['', 'k', 'm', 'g', 't']

function toBytes(amount: string): number {
  const unit = /[tgmk](?=b$)/.exec(amount.toLowerCase())?.[0] ?? ''
  return Number.parseInt(amount, 10) * 1000 ** UNITS.indexOf(unit)
}
