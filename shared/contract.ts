import { app } from './contract/app.ts'
import { cleanup } from './contract/cleanup.ts'
import { engine } from './contract/engine.ts'
import { environment } from './contract/environment.ts'
import { files } from './contract/files.ts'
import { lock } from './contract/lock.ts'
import { logs } from './contract/logs.ts'
import { operations } from './contract/operations.ts'
import { projects } from './contract/projects.ts'
import { secrets } from './contract/secrets.ts'
import { settings } from './contract/settings.ts'
import { snapshots } from './contract/snapshots.ts'
import { terminals } from './contract/terminals.ts'
import { trust } from './contract/trust.ts'
import { usage } from './contract/usage.ts'
import { versions } from './contract/versions.ts'

/**
 * Every method and stream between the screens and the engine, one topic a file. A project is named by its key, and only a
 * project that was opened has one: no method takes a path of this computer but `projects.open`, `projects.clone` and those
 * that read or write a snapshot's file, and none passes a request on to the container engine.
 *
 * Every failure is `PRODUCT`, with the report that the command line prints. Methods that begin long work return its
 * operation as soon as it is recorded; its result is seen with `operations.watch`.
 */
export const contract = {
  app,
  engine,
  usage,
  settings,
  projects,
  environment,
  versions,
  snapshots,
  trust,
  secrets,
  lock,
  operations,
  logs,
  files,
  terminals,
  cleanup,
}
