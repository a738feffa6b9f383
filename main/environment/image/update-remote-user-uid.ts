import { hash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { canonical } from '../../../shared/canonical.ts'
import type { RunConfig } from '../../../shared/definition.ts'
import type { Run } from '../../../shared/operation.ts'
import { isUser, userOfImage } from '../../build/run-as-root.ts'
import { buildUserImage } from '../../build/user-image.ts'
import { type ChangedAccounts, changeIds, type Ids, namedUser } from '../../container/launch/accounts.ts'
import { commandUser, type Launch } from '../../container/launch/prepare-launch.ts'
import { requestHashes } from '../../container/launch/request-hashes.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { inspectImage } from '../../docker/images.ts'
import { isHostRoot } from '../../docker/rootless.ts'
import { lastUpdateOfIds } from '../../history/fold-ledger.ts'
import { adaptedName } from '../../history/image-names.ts'
import { readLedger } from '../../history/ledger.ts'
import { adaptedFrom } from '../../history/uid-remapped-image.ts'
import type { Home } from '../../store/home.ts'
import { hostUserIds, type Person } from './host-user-ids.ts'
import { imageAccounts } from './image-accounts.ts'

/**
 * A launch on this computer, where the user who runs commands has the ids of the person whose files are mounted, as
 * `updateRemoteUserUID` of the specification requires. Ids are not part of a version: its image is the same everywhere,
 * and the containers on this computer run from an image beside it (`imageHere`). If only such an image with other ids is
 * left, the launch has `hasOtherIds`.
 * Errors: those of the engine.
 */
export async function updateRemoteUserUid(home: Home, engine: Engine, launch: Launch): Promise<Launch> {
  const wanted = await idsHere(engine, launch)
  const adapted = adaptedFrom(launch.parts.image)
  if (!wanted) return adapted ? { ...launch, hasOtherIds: true } : launch
  const updateRemoteUserUID = await asksForIds(home, launch)
  const accounts = updateRemoteUserUID ? await accountsHere(home, engine, launch, wanted) : undefined
  const hasOtherIds =
    adapted && (!updateRemoteUserUID || accounts !== undefined || adapted.ids.uid !== wanted.uid)
  const parts = { ...launch.parts, ...(accounts && { accounts }) }
  const changed = { ...launch, updateRemoteUserUID, parts, request: requestHashes(parts) }
  return hasOtherIds ? { ...changed, hasOtherIds } : changed
}

/** The ids of a launch's user on this computer; undefined for those of the image, whatever the definition specifies. */
async function idsHere(engine: Engine, launch: Launch): Promise<Ids | undefined> {
  const { parts, run } = launch
  const user = namedUser(commandUser(launch))
  // Other engines map ids: a virtual machine to those of the person, another computer to nobody on this one.
  if (user === undefined || !engine.local || process.platform !== 'linux') return undefined
  if (run.options.userns !== undefined || bringsAccounts(run) || !isUser(userOfImage(parts.image)))
    return undefined
  const person = await readPerson(run)
  return person && hostUserIds(person)
}

/**
 * The accounts of a launch's image on this computer; undefined if they are those of the image. The most expensive
 * question comes last.
 */
async function accountsHere(
  home: Home,
  engine: Engine,
  launch: Launch,
  wanted: Ids,
): Promise<ChangedAccounts | undefined> {
  const user = namedUser(commandUser(launch))
  const { project, image } = launch.parts
  const accounts = await imageAccounts(engine, home.project(project.key), project.key, image.Id)
  const changed = accounts && user !== undefined ? changeIds(accounts, user, wanted) : undefined
  return changed && (await isHostRoot(engine)) ? changed : undefined
}

/**
 * The definition's value, or else the image's last one; true by default. If the file cannot be read, the last environment
 * of the version decides, because a reset to it would otherwise change the user's number.
 */
async function asksForIds(home: Home, { parts, toolMetadata }: Launch): Promise<boolean> {
  const last = async () => {
    const { events } = await readLedger(home.project(parts.project.key))
    const updateRemoteUserUID = lastUpdateOfIds(events, parts.version)
    return updateRemoteUserUID === undefined ? {} : { updateRemoteUserUID }
  }
  const said = (await toolMetadata(last)).map((entry) => entry['updateRemoteUserUID'])
  return said.findLast((value) => typeof value === 'boolean') ?? true
}

const bringsAccounts = ({ mounts }: RunConfig): boolean =>
  mounts.some(({ target }) => ['/etc', '/etc/passwd', '/etc/group'].includes(target))

async function readPerson({ workspaceMount, mounts }: RunConfig): Promise<Person | undefined> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  if (uid === undefined || gid === undefined) return undefined
  const owner =
    workspaceMount?.kind === 'bind' ? await stat(workspaceMount.source).catch(() => undefined) : undefined
  return {
    process: { uid, gid },
    workspaceOwner: owner && { uid: owner.uid, gid: owner.gid },
    hasBind: [workspaceMount, ...mounts].some((mount) => mount?.kind === 'bind'),
  }
}

/**
 * The id of the image from which the containers of a launch are created on this computer: the version's image, or one
 * beside it, which is built at the first use.
 * Errors: those of building.
 */
export async function imageHere(engine: Engine, { parts, service }: Launch, run: Run): Promise<string> {
  const { accounts, image, project, version } = parts
  if (!accounts) return image.Id
  const digest = hash('sha256', canonical([image.Id, accounts])).slice(0, 12)
  const name = adaptedName(project.key, version, digest)
  const found = await inspectImage(engine, name)
  return found?.Id ?? buildUserImage(engine, { project, version, image, accounts, service, name }, run)
}
