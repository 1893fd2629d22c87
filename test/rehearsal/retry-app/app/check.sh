#!/bin/sh
echo "checked"
