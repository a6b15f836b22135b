import {similar} from '../spec/nearest.ts';
import type {Binding} from '../ui/binding.ts';
import {readKeymap} from '../ui/remap.ts';
import {readTheme, type Theme} from '../ui/theme.ts';
import type {Preferences} from './check-preferences.ts';
import {preferencesFile} from './preferences.ts';

/** The keys and colours of a face. */
export type FaceLook = {readonly keymap: readonly Binding[]; readonly theme: Theme};

/** As the preferences want it; what is wrong with them is said, and the default keys hold. */
export function faceLookOf(preferences: Preferences): {
	readonly look: FaceLook;
	readonly problems: readonly string[];
} {
	const keys = readKeymap(preferences.keymap, similar);
	const colors = readTheme(preferences.theme, similar);
	const kept = keys.problems.length > 0 ? '; the default keys hold' : '';
	return {
		look: {keymap: keys.keymap, theme: colors.theme},
		problems: [
			...keys.problems.slice(0, 3).map(problem => `${preferencesFile()}: ${problem}${kept}.`),
			...colors.problems.slice(0, 3).map(problem => `${preferencesFile()}: ${problem}.`),
		],
	};
}
