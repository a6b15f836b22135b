import type {SortKey} from '../view/snapshot.ts';
import {type Effect, type EffectContext, listEffect, uiEffect} from './effect.ts';
import type {Key} from './input-tokenizer.ts';

/** What the sort menu offers. */
export const sortChoices: readonly {readonly key: string; readonly sort: SortKey}[] = [
	{key: 's', sort: 'status'},
	{key: 'e', sort: 'error'},
	{key: 'a', sort: 'age'},
	{key: 't', sort: 'try'},
	{key: 'm', sort: 'model'},
	{key: 'i', sort: 'id'},
	{key: 'k', sort: 'tokens'},
	{key: 'c', sort: 'cost'},
];

/** A letter chooses; that of the order that is turns it round. */
export function sortMenuEffects({name}: Key, {ui}: EffectContext): readonly Effect[] {
	const sort = sortChoices.find(({key}) => key === name)?.sort;
	if (!sort) return [];
	const isReversed = sort === ui.list.sort && !ui.list.isReversed;
	return [uiEffect({type: 'dismiss'}), listEffect({type: 'sort', sort, isReversed})];
}

export function reverseEffects({ui}: EffectContext): readonly Effect[] {
	const {sort, isReversed} = ui.list;
	return [listEffect({type: 'sort', sort, isReversed: !isReversed})];
}
