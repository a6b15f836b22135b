import {Component, type ReactNode, useSyncExternalStore} from 'react';
import type {Glyphs} from './glyphs.ts';
import {Screen} from './screen.tsx';
import type {ScreenStore} from './screen-store.ts';
import {ColorContext} from './text-line.tsx';
import {defaultTheme, type Theme} from './theme.ts';

export type AppProps = {
	readonly store: Pick<ScreenStore, 'subscribe' | 'getModel'>;
	readonly glyphs: Glyphs;
	readonly hasColor: boolean;
	readonly theme?: Theme;
	/** Drawing failed: a bug of ours. */
	readonly onCrash: (error: unknown) => void;
};

export function App({store, glyphs, hasColor, theme = defaultTheme, onCrash}: AppProps) {
	const model = useSyncExternalStore(store.subscribe, store.getModel);
	return (
		<CrashBoundary onCrash={onCrash}>
			<ColorContext value={hasColor ? theme : null}>
				<Screen model={model} glyphs={glyphs} />
			</ColorContext>
		</CrashBoundary>
	);
}

type CrashBoundaryProps = {readonly onCrash: (error: unknown) => void; readonly children: ReactNode};

/** A class, as React catches errors of rendering in nothing else. Without it Ink would draw the error and exit with 0. */
class CrashBoundary extends Component<CrashBoundaryProps, {readonly hasCrashed: boolean}> {
	static getDerivedStateFromError(): {readonly hasCrashed: boolean} {
		return {hasCrashed: true};
	}

	override state = {hasCrashed: false};

	override componentDidCatch(error: unknown): void {
		this.props.onCrash(error);
	}

	override render(): ReactNode {
		return this.state.hasCrashed ? null : this.props.children;
	}
}
