import { Component, type ReactNode } from 'react'
import { type ProductFailure, toFailure } from '../client/failure.ts'
import { FailureBox } from '../components/FailureBox.tsx'

/** Keeps a fault of one screen from taking the others with it: it is shown in the screen's place. */
export class ScreenBoundary extends Component<
  { children: ReactNode },
  { failure: ProductFailure | undefined }
> {
  override state: { failure: ProductFailure | undefined } = { failure: undefined }

  static getDerivedStateFromError(error: unknown) {
    return { failure: toFailure(error) }
  }

  override render(): ReactNode {
    const { failure } = this.state
    if (!failure) return this.props.children
    return <FailureBox report={failure.report} retry={() => location.reload()} />
  }
}
