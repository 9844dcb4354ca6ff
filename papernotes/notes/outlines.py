"""What a new note of each kind begins with, where the library has no template for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "experiment": """\
## Question

%% What do you want to find out, and what do you expect to see? %%

## Setup

%% Data, code, versions, seeds, hardware: enough to run it again in a year. %%

## Results

%% Numbers and pictures first; what surprised you. %%

## What I learned

## What next
""",
    "tutorial": """\
%% For whom is it, and what will they be able to do at the end? %%

## What you need

%% What they should know already, and what to install. %%

## Step by step

%% One thing at a time, each with code that runs and what it prints. %%

## When it does not work

## Where to go from here
""",
    "paper": """\
{{link}}

## In one sentence

%% What is new here, in your own words? %%

## Notes

%% What they did, what it shows, how far you believe it. %%

## What I would try

## Questions

%% What is unclear, missing, or worth checking? %%
""",
    "resources": """\
%% For whom is this list? A line for each entry: the link, and why it is worth the time. %%

## Start here

## Go deeper

## Tools and data
""",
    "rant": """\
%% The claim, in one sentence, as strong as you mean it. %%

## Why it matters

%% A case, a number, something that happened. %%

## The best case against

%% As those who disagree would put it. %%

## What I would do instead
""",
    "note": "",
}
