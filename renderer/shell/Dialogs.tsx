import { Suspense } from 'react'
import { useStore } from 'zustand'
import { lazyPart } from '../components/lazy-part.ts'
import { dialogs } from '../store/app/dialogs.ts'

const OpenDialog = lazyPart(() => import('../screens/open/OpenDialog.tsx'))
const CloneDialog = lazyPart(() => import('../screens/open/CloneDialog.tsx'))
const TrustDialog = lazyPart(() => import('../screens/trust/TrustDialog.tsx'))
const SecretsDialog = lazyPart(() => import('../screens/secrets/SecretsDialog.tsx'))
const ForgetDialog = lazyPart(() => import('../screens/open/ForgetDialog.tsx'))
const RemoveDialog = lazyPart(() => import('../screens/environment/RemoveDialog.tsx'))
const LockDialog = lazyPart(() => import('../screens/environment/definition/LockDialog.tsx'))
const SnapshotDialog = lazyPart(() => import('../screens/environment/data/SnapshotDialog.tsx'))
const Shortcuts = lazyPart(() => import('./Shortcuts.tsx'))
const ResetDialog = lazyPart(async () => {
  const { ResetDialog } = await import('../screens/environment/ResetDialog.tsx')
  return { default: ResetDialog }
})

/** The dialog that was asked for, above whatever screen there is. */
export function Dialogs() {
  const dialog = useStore(dialogs, (store) => store.dialog)
  return <Suspense fallback={null}>{shown()}</Suspense>

  function shown() {
    switch (dialog?.kind) {
      case 'open':
        return <OpenDialog wanted={dialog} />
      case 'clone':
        return <CloneDialog key={dialog.operation} {...dialog} />
      case 'trust':
        return <TrustDialog project={dialog.project} refused={dialog.refused} />
      case 'secrets':
        return <SecretsDialog {...dialog} />
      case 'forget':
        return <ForgetDialog project={dialog.project} />
      case 'remove':
        return <RemoveDialog project={dialog.project} />
      case 'lock':
        return <LockDialog project={dialog.project} file={dialog.file} done={dialog.done} />
      case 'reset':
        return <ResetDialog project={dialog.project} to={dialog.to} />
      case 'snapshot':
        return <SnapshotDialog {...dialog} />
      case 'shortcuts':
        return <Shortcuts />
      case undefined:
        return null
    }
  }
}
