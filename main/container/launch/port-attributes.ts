import type { PortUse } from '../../../shared/port.ts'
import { entriesOfContainer, portsAttributesIn } from '../../definition/devcontainer/image-metadata.ts'
import { readAttributes } from '../../definition/devcontainer/run/parse-ports.ts'

/**
 * How a person opens the ports of a container, by their numbers inside: from its label `devcontainer.metadata`, which says
 * what the image and the definition said when it was created. It decides nothing inside, so that it is no part of a version.
 *
 * What is asked for with `onAutoForward` is never done by itself: a repository must not open windows. A port that wants
 * to be opened is the first that Open takes, and one that wants to be ignored is not taken.
 */
export function readPortAttributes(label: string | undefined): (container: number) => PortUse {
  const attributesOf = readAttributes(portsAttributesIn(entriesOfContainer(label)))
  return (container) => {
    const { protocol, onAutoForward } = attributesOf(container)
    const opens = onAutoForward === undefined ? undefined : OPENS[onAutoForward]
    return { ...(protocol === 'https' && { scheme: 'https' }), ...(opens && { opens }) }
  }
}

const OPENS = {
  notify: undefined,
  silent: undefined,
  openBrowser: 'first',
  openBrowserOnce: 'first',
  openPreview: 'first',
  ignore: 'never',
} as const
