// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Puts code on chain for its callers: at addresses that follow from a salt, or as minimal proxies (ERC-1167).
contract Workshop {
    event Made(address indexed maker, address made);

    error NotMade();

    function makeAt(bytes32 salt, bytes memory creationCode) external returns (address made) {
        assembly {
            made := create2(0, add(creationCode, 32), mload(creationCode), salt)
        }
        if (made == address(0)) revert NotMade();
        emit Made(msg.sender, made);
    }

    function make(bytes memory creationCode) external returns (address made) {
        assembly {
            made := create(0, add(creationCode, 32), mload(creationCode))
        }
        if (made == address(0)) revert NotMade();
        emit Made(msg.sender, made);
    }

    function proxyOf(address target) external returns (address made) {
        bytes memory code = abi.encodePacked(
            hex"3d602d80600a3d3981f3363d3d373d3d3d363d73", target, hex"5af43d82803e903d91602b57fd5bf3"
        );
        assembly {
            made := create(0, add(code, 32), mload(code))
        }
        if (made == address(0)) revert NotMade();
        emit Made(msg.sender, made);
    }
}
