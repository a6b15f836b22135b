import type {TriageAction} from './binding.ts';
import type {Effect, EffectContext} from './effect.ts';

export function triageEffects(_action: TriageAction, _context: EffectContext): readonly Effect[] {
	return [];
}
