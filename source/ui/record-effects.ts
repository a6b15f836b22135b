import type {RecordAction} from './binding.ts';
import type {Effect, EffectContext} from './effect.ts';

export function recordEffects(_action: RecordAction, _context: EffectContext): readonly Effect[] {
	return [];
}
