import { posix } from 'node:path'
import type { Scope } from '../variables/scope.ts'
import { withVariables } from '../variables/with-variables.ts'
import { type Entry, type Mapping, mapping, member, membersOf, type Node } from '../yaml/node.ts'
import { invalidAt, quoted } from '../yaml/problem.ts'
import { checkKnown } from './check-known.ts'
import { merge, settled } from './merge.ts'
import type { Reading } from './reading.ts'
import {
  countValues,
  documentsOf,
  type ReadFiles,
  requestFile,
  requireFewServices,
  requireText,
} from './request-file.ts'
import { fromFolder, isAbsolute, isRemote } from './resolve-path.ts'
import { toLongSyntax } from './to-long-syntax.ts'
import { withEnvironment } from './with-environment.ts'

const LONGEST_CHAIN = 30

/** What `extends` of a file needs to be followed. */
interface Followed {
  read: ReadFiles
  scope: Scope
  /** Services of other files, by the file. */
  others: Map<string, Mapping>
  /** What is put under services, by those of its file and its name. */
  bases: Map<Mapping, Map<string, Node>>
}

/** Puts each service of a file over the one that it extends. Error: definition-invalid, also for a circle. */
export function* withExtends(tree: Mapping, read: ReadFiles, scope: Scope): Reading<Mapping> {
  const services = member(tree, 'services')
  if (services?.kind !== 'map') return tree
  const followed: Followed = { read, scope, others: new Map(), bases: new Map() }
  const entries = new Map<string, Entry>()
  for (const [name, { place, value }] of services.entries) {
    entries.set(name, { place, value: yield* extended(name, value, services, followed, []) })
  }
  return mapping(
    new Map([...tree.entries, ['services', { place: services.place, value: mapping(entries, services) }]]),
    tree,
  )
}

/** `services`: those of the file that the service is in. `chain`: what extends it. */
function* extended(
  name: string,
  service: Node,
  services: Mapping,
  followed: Followed,
  chain: string[],
): Reading<Node> {
  const written = member(service, 'extends')
  if (written === undefined) return service
  const key = `${written.place.source.file} ${name}`
  if (chain.includes(key)) {
    const circle = [...chain.slice(chain.indexOf(key)), key].map((step) => step.split(' ').at(-1))
    throw invalidAt(written.place, `the service extends itself: ${circle.join(' -> ')}`)
  }
  if (chain.length >= LONGEST_CHAIN) {
    throw invalidAt(written.place, `expected at most ${LONGEST_CHAIN} services that extend each other`)
  }
  const wanted = member(written, 'service')
  if (wanted === undefined) throw invalidAt(written.place, '"extends" must name a "service"')
  const of = requireText(wanted, 'extends.service').value
  const file = member(written, 'file')
  const from = file === undefined ? services : yield* servicesOf(file, followed)
  const found = member(from, of)
  if (found === undefined) {
    const where = file === undefined ? 'this file' : from.place.source.file
    throw invalidAt(wanted.place, `there is no service ${quoted(of)} in ${where}`)
  }
  const base = yield* baseOf(of, found, from, followed, [...chain, key])
  countValues(followed.read, base, written.place)
  const merged = merge(base, service, 'services.*')
  if (merged.kind !== 'map') return service
  const entries = new Map(merged.entries)
  entries.delete('extends')
  return mapping(entries, service)
}

/** What a service is made over, each found once. */
function* baseOf(
  name: string,
  service: Node,
  services: Mapping,
  followed: Followed,
  chain: string[],
): Reading<Node> {
  const found = followed.bases.get(services) ?? new Map<string, Node>()
  followed.bases.set(services, found)
  const base = found.get(name) ?? settled(yield* extended(name, service, services, followed, chain))
  found.set(name, base)
  return base
}

function* servicesOf(named: Node, { read, scope, others }: Followed): Reading<Mapping> {
  const written = requireText(named, 'extends.file')
  const { base } = written.place.source
  const file =
    isAbsolute(written.value) || isRemote(written.value) ? written.value : fromFolder(base, written.value)
  const known = others.get(file)
  if (known) return known
  const shown = written.template
  const text = yield* requestFile(read, 'extends.file', file, written.place, { shown })
  const source = { file: file.replace(/^\.\//, ''), base: posix.dirname(file) }
  const entries = new Map<string, Entry>()
  for (const document of documentsOf(read, source, text ?? '')) {
    const services = member(document, 'services')
    if (services?.kind !== 'map') continue
    requireFewServices(services)
    const tree = mapping(
      new Map([['services', { place: services.place, value: withVariables(services, scope, 'services') }]]),
      services,
    )
    const shaped = withEnvironment(toLongSyntax(tree), scope)
    checkKnown(shaped)
    countValues(read, shaped, services.place)
    for (const [name, entry] of membersOf(member(shaped, 'services'))) entries.set(name, entry)
  }
  if (entries.size === 0) throw invalidAt(written.place, `there are no services in ${source.file}`)
  const services: Mapping = { kind: 'map', entries, place: { source, line: 1, column: 1 } }
  others.set(file, services)
  return services
}
