import { canonical } from '../../../shared/canonical.ts'
import type { Run } from '../../../shared/operation.ts'
import type { Launch } from '../../container/launch/prepare-launch.ts'
import type { MetadataEntry } from '../../definition/devcontainer/document/schema.ts'
import { entriesOfContainer } from '../../definition/devcontainer/image-metadata.ts'
import { METADATA_LABEL } from '../../definition/dockerfile/metadata-label.ts'

/** In characters: every list of containers includes all their labels. */
const LONGEST = 64 * 1024

/**
 * The label of an environment's new container from which other tools, such as an editor that attaches to it, learn what
 * the definition specifies. If it would be too long, warns, and the container has its image's label.
 */
export async function toolLabel(
  launch: Pick<Launch, 'toolMetadata'>,
  run: Pick<Run, 'report'>,
): Promise<Record<string, string>> {
  const text = JSON.stringify(await launch.toolMetadata())
  if (text.length <= LONGEST) return { [METADATA_LABEL]: text }
  run.report({
    kind: 'warning',
    text: 'What the definition says to other tools is longer than 64 KiB: an editor that attaches to the environment finds only what its image says.',
  })
  return {}
}

/**
 * Notes that the definition's customizations have changed since a container was created. They have no effect inside, so
 * the container is not replaced, and the label of a container cannot be changed. Notes nothing if the container has the
 * image's label, because an earlier Pristine created it, or would have it again, because the definition's label is too
 * long.
 */
export async function noteOtherCustomizations(
  launch: Pick<Launch, 'toolMetadata'>,
  labels: { container: string | undefined; image: string | undefined },
  run: Pick<Run, 'report'>,
): Promise<void> {
  if (labels.container === undefined || labels.container === labels.image) return
  const wanted = await launch.toolMetadata()
  if (JSON.stringify(wanted).length > LONGEST) return
  const has = entriesOfContainer(labels.container)
  if (canonical(customizationsIn(has)) === canonical(customizationsIn(wanted))) return
  run.report({
    kind: 'note',
    text: 'The definition\'s "customizations" have changed: an editor that attaches finds them once the container is a new one ("pristine reset").',
  })
}

/** Those of Pristine itself are not for other tools. */
const customizationsIn = (entries: MetadataEntry[]): object[] =>
  entries
    .map(({ customizations }) => {
      const { pristine: _, ...others } = Object(customizations ?? {}) as Record<string, unknown>
      return others
    })
    .filter((others) => Object.keys(others).length > 0)
