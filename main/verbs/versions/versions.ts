import type { Version } from '../../../shared/version.ts'
import { openRecipes } from '../../build/read-recipe.ts'
import { readCurrentState } from '../../environment/current-state.ts'
import { withMovedImages } from '../../explain/moved-images.ts'
import type { VersionRecord } from '../../history/fold-ledger.ts'
import { imageName } from '../../history/image-names.ts'
import { listVersionImages } from '../../history/project-images.ts'
import type { Host } from '../../host/host.ts'
import { hasPlan, loadInventories, loadInventory } from '../../plan/plan-store.ts'
import type { Home } from '../../store/home.ts'
import type { Project } from '../../store/open-project.ts'

/** A project's versions, newest first. */
export async function listVersions(host: Host, project: Project): Promise<Version[]> {
  const { engine, history, facts } = await readCurrentState(host, project)
  const [listed, recipe] = await Promise.all([listVersionImages(engine), openRecipes(host, project)])
  const images = listed.of(project.key)
  const versions = await Promise.all(
    history.versions.map(
      async (record): Promise<Version> => ({
        id: record.id,
        ordinal: record.ordinal,
        createdAt: record.createdAt,
        current: record.id === facts.version,
        state: record.id === facts.version ? facts.state : null,
        knownGood: record.id === history.knownGood,
        marked: record.id === history.marked,
        wasReady: record.wasReady,
        firstReadyAt: record.firstReadyAt ?? null,
        present: images.of(record) !== undefined,
        rebuildable: images.of(record) ? null : (await recipe(record)).whole,
        plan: await hasPlan(host.home, record.id),
        image: imageName(project.key, record.id),
        because: await withMovedImages(host.home, history, record),
        contents: await loadInventory(host.home, record.id),
        serviceContents: await serviceContents(host.home, record),
        ...(record.layerOn && { layerOn: record.layerOn }),
      }),
    ),
  )
  return versions.reverse()
}

async function serviceContents(
  home: Home,
  { id, services = {} }: VersionRecord,
): Promise<Version['serviceContents']> {
  const names = Object.keys(services)
  const found = await loadInventories(home, id, names)
  return Object.fromEntries(names.map((name) => [name, found.get(name) ?? null]))
}
